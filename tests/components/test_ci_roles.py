"""A pipeline's roles: trusted for one subject letter by letter, enough for every stage, and no way to more."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from examples import documented_arguments, example
from recording import Graph, record

from tenfold.components.ci_roles import CiRoles, CiRolesArgs, check, subject
from tenfold.components.plans.ci_permissions import change_statements, read_statements, state_statements
from tenfold.local.aws import table
from tenfold.providers.aws import additions

BUCKET, KEY = "arn:aws:s3:::acme-state", "arn:aws:kms:us-east-1:123456789012:key/k"
GITHUB = "token.actions.githubusercontent.com"


def arguments(**args: Any) -> CiRolesArgs:
    base = {"forge": "github", "repository": "acme/shop", "apps": ["shop"], "environments": ["dev", "prod"]}
    return cast(CiRolesArgs, {**base, "state_bucket_arn": BUCKET, "state_key_arn": KEY, **args})


def made(**args: Any) -> Graph:
    return record(lambda: CiRoles("acme-ci", arguments(**args)).read_role_arn)


def statements(graph: Graph, role: str) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in json.loads(graph[f"acme-ci-{role}-policy"].inputs["policy"])["Statement"]}


def condition(graph: Graph, role: str) -> dict[str, Any]:
    [trust] = json.loads(graph[f"acme-ci-{role}"].inputs["assumeRolePolicy"])["Statement"]
    return trust["Condition"]


def test_a_role_is_for_one_subject_letter_by_letter() -> None:
    graph = made()
    for role, of in (("read", "ref:refs/heads/main"), ("dev", "environment:dev"), ("prod", "environment:prod")):
        exactly = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": f"repo:acme/shop:{of}"}
        assert condition(graph, role) == {"StringEquals": exactly}


def test_a_subject_with_ids_and_one_of_gitlab_with_an_issuer_of_its_own() -> None:
    new = arguments(repository="acme@12/shop@34")
    assert subject(new, "prod") == "repo:acme@12/shop@34:environment:prod"
    graph = made(forge="gitlab", repository="acme/teams/shop", branch="trunk", issuer="https://git.acme.com")
    of_the_branch = "project_path:acme/teams/shop:ref_type:branch:ref:trunk"
    assert condition(graph, "prod")["StringEquals"]["git.acme.com:sub"] == of_the_branch
    assert graph["acme-ci-identity-provider"].inputs["url"] == "https://git.acme.com"


def test_an_identity_provider_that_is_there_is_used_and_not_owned() -> None:
    arn = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"
    graph = made(identity_provider_arn=arn)
    assert graph.of("iam/openIdConnectProvider:OpenIdConnectProvider") == []
    [trust] = json.loads(graph["acme-ci-prod"].inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Federated": arn}


# Where IAM calls it otherwise than the API: Service Authorization Reference. Deletions of settings are puts.
RENAMED = {
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
}
SERVICES = {"elbv2": "elasticloadbalancing", "opensearch": "es"}
NOT_OF_A_STACK = {"aws:iam/openIdConnectProvider:OpenIdConnectProvider"}
SPECS = [spec for token in table.tokens() if token not in NOT_OF_A_STACK and (spec := table.spec(token))]


def actions(service: str, operations: Any) -> set[str]:
    named = {f"{SERVICES.get(service, service)}:{operation}" for operation in operations if operation}
    return {RENAMED.get(action, action) for action in named}


def reads() -> Iterator[str]:
    for spec in SPECS:
        tags = spec.tagging.read if spec.tagging else None
        yield from actions(spec.service, [tags, *(reading.name for reading in spec.read if not reading.code)])
    for ways in yaml.safe_load((Path(additions.__file__).parent / "additions.yaml").read_text()).values():
        for way in ways:
            yield from actions(way["service"], [way["operation"]])


def changes() -> Iterator[str]:
    for spec in SPECS:
        calls = [call.name for call in (*spec.create, *spec.update, *spec.delete, *spec.after) if call.code is None]
        tags = [spec.tagging.add, spec.tagging.remove] if spec.tagging else []
        members = [name for each in spec.sets for name in (each.add, each.remove)]
        yield from actions(spec.service, [*calls, *tags, *members])


def lacking(wanted: Iterator[str], allowed: list[dict[str, Any]]) -> set[str]:
    patterns = [action for statement in allowed for action in statement["Action"]]
    return {action for action in wanted if not any(fnmatchcase(action, pattern) for pattern in patterns)}


def test_every_type_of_a_stack_can_be_read_and_changed() -> None:
    change = change_statements("aws", "123456789012", ["shop"])
    assert lacking(reads(), read_statements("aws", "123456789012", ["shop"])) == set()
    assert lacking(reads(), change) == set() and lacking(changes(), change) == set()


def test_reading_changes_nothing_and_reads_no_data() -> None:
    patterns = [action for each in read_statements("aws", "123456789012", ["shop"]) for action in each["Action"]]
    tells = ("Describe", "Get", "List", "ViewBudget")
    assert [action for action in patterns if not action.split(":")[1].startswith(tells)] == ["kms:Decrypt"]
    data = ("s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "sqs:ReceiveMessage", "logs:GetLogEvents")
    assert [one for one in data if any(fnmatchcase(one, pattern) for pattern in patterns)] == []


def names(golden: str) -> list[tuple[str, str]]:
    folder = Path(__file__).parents[1] / "stacks" / "golden"
    return [(r["type"], r["name"]) for f in folder.glob(golden) for r in json.loads(f.read_text()) if "name" in r]


def test_roles_and_buckets_of_every_stack_have_the_name_that_is_open() -> None:
    by_name = ("aws:iam/role:Role", "aws:iam/instanceProfile:InstanceProfile", "aws:s3/bucket:Bucket")
    for app in ("shop", "news", "chat", "iot", "market"):
        of_app = [name for type_, name in names(f"{app}-*.json") if type_ in by_name]
        assert of_app and [name for name in of_app if not name.startswith(f"{app}-")] == []
    assert statements(made(), "prod")["ChangeBuckets"]["Resource"] == ["arn:aws:s3:::shop-*"]


def test_no_pipeline_changes_its_own_role() -> None:
    graph = made(apps=["acme"])
    own = f"arn:aws:iam::123456789012:role{graph['acme-ci-prod'].inputs['path']}acme-ci-prod-1234567"
    iam = [
        one for one in statements(graph, "prod").values() if any(a.startswith("iam:") for a in one.get("Action", ()))
    ]
    changing = [one for one in iam if one["Sid"] != "SeeRoles"]
    assert len(changing) == 4
    assert not any(fnmatchcase(own, arn) for one in changing for arn in _list(one["Resource"]))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_with_a_boundary_a_role_gets_permissions_only_within_it() -> None:
    boundary = "arn:aws:iam::123456789012:policy/apps"
    graph = made(boundary_arn=boundary)
    assert {graph[f"acme-ci-{role}"].inputs["permissionsBoundary"] for role in ("read", "dev", "prod")} == {boundary}
    of = statements(graph, "prod")
    assert of["GrantToRoles"]["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    unbounded = {action for sid, one in of.items() if sid != "GrantToRoles" for action in one.get("Action", ())}
    assert not unbounded & {"iam:*", "iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"}


def test_an_environment_writes_its_own_states_and_reads_the_others() -> None:
    of = statements(made(), "dev")
    for key, writes in (
        (".pulumi/stacks/tenfold/shop-dev.json", True),
        ("team/.pulumi/backups/tenfold/shop-dev/shop-dev.1.json", True),
        (".pulumi/locks/organization/tenfold/shop-dev/1.json", True),
        (".pulumi/stacks/tenfold-ci/account.json", False),
        (".pulumi/stacks/tenfold/shop-prod.json", False),
        (".pulumi/stacks/tenfold/shop-develop.json", False),
        (".pulumi/history/tenfold/shop-prod/shop-prod-1.checkpoint.json", False),
    ):
        for sid, may in (("WriteStates", writes), ("ReadStates", True)):
            assert any(fnmatchcase(f"{BUCKET}/{key}", arn) for arn in _list(of[sid]["Resource"])) is may, (sid, key)
    assert "WriteStates" not in statements(made(), "read")
    assert (
        of["KeepKeyOfStates"]["Effect"] == "Deny"
        and "kms:ScheduleKeyDeletion" not in of["KeepKeyOfStates"]["NotAction"]
    )


def test_a_policy_fits_into_a_role_with_sixteen_apps_of_the_longest_name() -> None:
    """IAM takes 10,240 characters without white space in a role's inline policies (IAM quotas)."""
    apps = [f"{number:02}".rjust(24, "a") for number in range(16)]

    def policy() -> Any:
        from tenfold.components.parts.policies import document

        state = state_statements(BUCKET, KEY, [f"{app}-production" for app in apps])
        return document(*change_statements("aws", "123456789012", apps, "b" * 100), *state)

    assert len(record(policy).result.replace(" ", "")) <= 10_240


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"forge": "bitbucket"}, 'forge must be "github" or "gitlab"'),
        ({"repository": "acme/*"}, "without a pattern, not 'acme/\\*'"),
        ({"repository": "shop"}, "repository must be acme/shop"),
        ({"branch": "release/*"}, "the name of one branch"),
        ({"issuer": "http://git.acme.com"}, "begins with https://"),
        ({"apps": []}, "apps must name at least one"),
        ({"environments": ["prod:x"]}, "the name of an environment"),
        ({"session_seconds": 60}, "session_seconds must be 3600 to 43200, not 60"),
    ],
)
def test_what_no_token_says_is_refused_with_what_is_right(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(arguments(**args))


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert sorted(example("ci_roles").names("iam/role:Role")) == ["acme-ci-dev", "acme-ci-prod", "acme-ci-read"]
    assert documented_arguments("ci_roles") >= set(CiRolesArgs.__annotations__)
