"""The table of AWS's protections against deletion: calls that the API takes, and no input of the provider left out."""

import re
from pathlib import Path

import botocore.session
import pulumi_aws
import pytest
from botocore.validate import validate_parameters

from tenfold.providers.aws import deletion

PROTECTIONS = deletion._facts()["protections"]
CALLS = [(type_, one["call"]) for type_, inputs in PROTECTIONS.items() for one in inputs.values() if "call" in one]
PROTECTION = r"(?:enable_)?(?:delete|deletion|termination)_protection(?:_enabled)?|disable_api_termination"
PROTECTS = re.compile(rf"^ +({PROTECTION}): ")
OF_OTHERS = {"aws:ec2/launchTemplate:LaunchTemplate"}  # it protects the instances made from it


@pytest.mark.parametrize(("type_", "call"), CALLS, ids=[type_ for type_, _ in CALLS])
def test_a_protection_is_switched_off_by_a_call_the_api_takes(type_, call):
    operation = botocore.session.get_session().get_service_model(call["service"]).operation_model(call["operation"])
    validate_parameters(call["parameters"], operation.input_shape)


def test_every_input_of_the_provider_that_protects_is_a_lock():
    known = {(type_, name) for type_, inputs in PROTECTIONS.items() for name in inputs}
    assert [found for found in provider_inputs() if found not in known and found[0] not in OF_OTHERS] == []


def provider_inputs():
    for file in Path(pulumi_aws.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        token = re.search(r"super\(\w+, __self__\)\.__init__\(\s*'(aws:[^']+)'", text)
        arguments = re.search(r"class \w+Args:.*?def __init__\(__self__, \*,(.*?)\):\n", text, re.DOTALL)
        if not token or not arguments:
            continue
        for line in arguments[1].splitlines():
            if found := PROTECTS.match(line):
                first, *rest = found[1].split("_")
                yield token[1], first + "".join(word.capitalize() for word in rest)


@pytest.mark.parametrize(
    ("values", "permits"),
    [
        ({"disableApiTermination": True}, {"disableApiTermination": False}),
        ({"disableApiTermination": True, "forceDestroy": True}, {}),
        ({"disableApiTermination": False}, {}),
        ({}, {}),
    ],
)
def test_a_lock_is_on_where_it_says_so_and_nothing_overrides_it(values, permits):
    assert deletion.blocking_inputs("aws:ec2/instance:Instance", values) == permits


def test_what_was_read_back_counts():
    """Somebody has switched it on in the console, and a refresh has seen it."""
    held = {"inputs": {"enableDeletionProtection": False}, "outputs": {"enableDeletionProtection": True}}
    assert deletion.blocking_inputs("aws:lb/loadBalancer:LoadBalancer", deletion.values(held))
