"""The engine's advice is for people who run `pulumi` themselves: ours names our commands, or none."""

import pytest

from tenfold.engine.advice import translate_commands

URN = "urn:pulumi:shop-prod::tenfold::aws:rds/instance:Instance::shop-database-primary"
# As pulumi/pulumi v3.274.1 words them: step.go, step_generator.go, deployment_executor.go, plugins.go.
REPLACED = (
    f'unable to replace resource "{URN}" as part of replacing "{URN}-2" as it is currently marked for protection. To '
    "unprotect the resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, "
    f"or use the command:\n`pulumi state unprotect '{URN}'`"
)
PENDING = (
    "Attempting to deploy or update resources with 2 pending operations from previous deployment.\n"
    "  * urn, interrupted\nThese resources are in an unknown state. You can repair your stack using "
    "`pulumi refresh` which will refresh the state.\n\nNote that `pulumi refresh` needs a terminal."
)


@pytest.mark.parametrize(
    "message", [REPLACED, PENDING, "locked; run `pulumi cancel` to release it", "see pulumi stack ls"]
)
def test_no_command_of_the_engine_is_passed_on(message):
    said = translate_commands(message)
    assert said and "pulumi " not in said.replace("urn:pulumi:", "")


def test_what_is_protected_is_named_with_our_way():
    assert f"--accept-loss '{URN}'" in translate_commands(REPLACED)


def test_an_environment_of_esc_in_a_bucket_is_explained():
    said = translate_commands(
        "getting stack configuration: opening environment: backend vm does not support environments"
    )
    assert "only Pulumi Cloud has those" in said


def test_the_reason_around_an_advice_stays():
    said = translate_commands(
        "no such plugin. Run `pulumi plugin install resource aws` to install it.\nThe disk is full."
    )
    assert said == "no such plugin.\nThe disk is full."


def test_other_messages_stay_as_they_are():
    message = "InvalidParameterValue: the pulumi state of things: no plugin. \n  indented"
    assert translate_commands("no VPC found.\n  in us-east-1") == "no VPC found.\n  in us-east-1"
    assert "InvalidParameterValue" in translate_commands(message)
