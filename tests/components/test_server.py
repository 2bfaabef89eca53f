"""The server's graph: what is public, what outlives the instance, what does and does not replace it."""

from typing import Any, cast

import pytest
import yaml
from examples import documented_arguments, example
from hypothesis import given
from hypothesis import strategies as st
from recording import Graph, assert_house_rules, record

from tenfold.components.host.image import architecture
from tenfold.components.server import Server, ServerArgs

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


MANAGED = {"database": None, "database_secret_arn": None, "pooling": {"mode": "transaction", "connections": 20}}


def server(**args: Any) -> Graph:
    inputs = {
        "vpc_id": "vpc-1",
        "subnet_id": "subnet-1",
        "availability_zone": "us-east-1a",
        "instance_type": "t4g.small",
        "disk_gib": 30,
        "image": "ghcr.io/acme/shop:1.4.2",
        "port": 8080,
        "health": {
            "path": "/healthz",
            "interval_seconds": 15,
            "timeout_seconds": 5,
            "unhealthy_threshold": 3,
            "starts_in_seconds": 60,
        },
        "database": {"engine": "postgres", "version": "17", "name": "shop"},
        "database_secret_arn": SECRET,
        "jobs": {"image": "ghcr.io/acme/shop:1.4.2", "command": ["worker"]},
        "settings_path": "/shop/prod",
        "parameters_arns": ["arn:aws:ssm:us-east-1:123456789012:parameter/shop/prod"],
        "secret_arns": ["arn:aws:secretsmanager:us-east-1:123456789012:secret:stripe"],
        "kms_key_arn": KEY,
        "tags": {"app": "shop"},
        **args,
    }
    given = {key: value for key, value in inputs.items() if value is not None}
    return record(lambda: Server("shop-server", cast(ServerArgs, given)))


def statements(graph: Graph, name: str) -> dict[str, dict[str, Any]]:
    return {s["Sid"]: s for s in dict(graph.policies())[name]}


def test_house_rules() -> None:
    assert_house_rules(server(), "shop-server")


def test_only_http_and_https_come_in() -> None:
    ports = {r.inputs["fromPort"] for r in server().of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")}
    assert ports == {80, 443}


def test_data_and_identity_outlive_the_instance() -> None:
    graph = server()
    protected = {r.name for r in graph if r.protect}
    assert protected == {"shop-server-data", "shop-server-address"}
    volume = graph["shop-server-data"].inputs
    assert volume["encrypted"] and volume["kmsKeyId"] == KEY and volume["finalSnapshot"] and volume["size"] == 30
    attachment = graph["shop-server-data-attachment"]
    assert attachment.delete_before_replace and attachment.inputs["stopInstanceBeforeDetaching"]
    assert not any(r.protect for r in server(throwaway=True))


def test_the_instance_is_hardened_and_encrypted() -> None:
    instance = server()["shop-server-instance"].inputs
    assert instance["metadataOptions"]["httpTokens"] == "required"
    assert instance["rootBlockDevice"]["encrypted"] and instance["rootBlockDevice"]["kmsKeyId"] == KEY
    assert "keyName" not in instance and not instance.get("associatePublicIpAddress")


def test_a_newer_machine_image_is_no_difference() -> None:
    graph = server()
    assert graph["shop-server-instance"].ignore_changes == ("ami",)
    asked = dict(graph.invokes)["aws:ssm/getParameter:getParameter"]["name"]
    assert asked.endswith("al2023-ami-kernel-default-arm64")


def user_data(graph: Graph) -> str:
    return graph["shop-server-instance"].inputs["userData"]


def test_a_release_or_a_setting_does_not_change_user_data_but_the_plan_does() -> None:
    before = server()
    released = server(image="ghcr.io/acme/shop:2", jobs={"image": "ghcr.io/acme/shop:2", "command": ["worker"]})
    assert user_data(before) == user_data(released)
    release = released["shop-server-release-app"].inputs
    assert release["name"] == "/shop/prod/release/APP_IMAGE" and release["value"] == "ghcr.io/acme/shop:2"
    assert user_data(server(port=9090)) != user_data(before)
    assert before["shop-server-instance"].inputs["userDataReplaceOnChange"]


def test_user_data_names_the_real_volume_log_group_and_path() -> None:
    files = {f["path"]: f["content"] for f in yaml.safe_load(user_data(server()))["write_files"]}
    assert "shop-server-data.id" in files["/etc/systemd/system/tenfold-volume.service"]
    assert '"path": "/shop/prod"' in files["/etc/tenfold/host.json"]
    assert "shop-server-logs.name" in files["/etc/docker/daemon.json"]


def test_the_server_may_fill_its_database_s_secret_and_no_other() -> None:
    granted = statements(server(), "shop-server-policy")
    assert granted["WriteSecrets"] == {
        "Sid": "WriteSecrets",
        "Effect": "Allow",
        "Action": ["secretsmanager:PutSecretValue"],
        "Resource": [SECRET],
    }
    assert SECRET in granted["ReadSecrets"]["Resource"]
    assert "WriteSecrets" not in statements(server(**MANAGED), "shop-server-policy")
    with pytest.raises(ValueError, match="needs a secret"):
        server(database_secret_arn=None)


def test_images_of_a_private_repository_can_be_pulled_and_no_others() -> None:
    ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    graph = server(image=f"{ecr}/shop:1")
    granted = statements(graph, "shop-server-policy")["PullImages"]
    assert granted["Resource"] == ["arn:aws:ecr:us-east-1:123456789012:repository/shop"]
    assert "ecr-login" in user_data(graph)
    assert user_data(graph) == user_data(server(image=f"{ecr}/shop:2"))
    assert "PullImages" not in statements(server(), "shop-server-policy")


def test_it_lets_itself_into_what_it_reaches() -> None:
    rule = server(reaches={"database": {"security_group_id": "sg-db", "port": 5432}})["shop-server-to-database"].inputs
    assert rule["securityGroupId"] == "sg-db" and rule["referencedSecurityGroupId"] == "shop-server-group.id"
    assert (rule["fromPort"], rule["toPort"]) == (5432, 5432)


def test_snapshots_are_of_this_volume_only_and_kept_as_long_as_asked() -> None:
    graph = server(backups_keep_days=14)
    details = graph["shop-server-snapshots"].inputs["policyDetails"]
    assert details["schedules"][0]["retainRule"] == {"count": 14}
    tag = graph["shop-server-data"].inputs["tags"]["snapshots"]
    assert details["targetTags"] == {"snapshots": tag}
    granted = statements(graph, "shop-server-snapshots-policy")
    assert granted["TakeSnapshots"]["Resource"][0].endswith(":volume/shop-server-data.id")
    assert granted["ExpireSnapshots"]["Condition"]["StringEquals"] == {"aws:ResourceTag/snapshots": tag}


def test_with_a_managed_database_every_resource_stays() -> None:
    assert server().resources.keys() == server(**MANAGED).resources.keys()


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        ("t4g.small", "arm64"),
        ("c7gn.large", "arm64"),
        ("im4gn.large", "arm64"),
        ("is4gen.medium", "arm64"),
        ("a1.large", "arm64"),
        ("g5g.xlarge", "arm64"),
        ("g4dn.xlarge", "x86_64"),
        ("gr6.4xlarge", "x86_64"),
        ("t3.micro", "x86_64"),
        ("m7i-flex.large", "x86_64"),
        ("u7i-12tb.224xlarge", "x86_64"),
    ],
)
def test_architecture_follows_the_family(instance_type: str, expected: str) -> None:
    assert architecture(instance_type) == expected


@given(st.text(max_size=12).filter(lambda text: "." not in text))
def test_what_is_no_instance_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as t4g\.small"):
        architecture(text)


def test_a_plan_that_cannot_run_is_refused_before_anything_is_registered() -> None:
    with pytest.raises(ValueError, match=r"such as shop\.example\.com"):
        server(domain="shop example com")


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-server-instance" in example("server")
    assert documented_arguments("server") >= set(ServerArgs.__annotations__)
