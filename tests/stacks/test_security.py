"""What a scanner of the field is shown, and the exceptions it leaves. The scanner itself runs in `make security`."""

import fnmatch

import pytest

from scripts.security import __main__ as security
from scripts.security import terraform
from scripts.security.__main__ import STAGES, Finding, exceptions, is_explained
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.examples import NAMES
from tests.stacks.graphs import Case, graph


def planned(example: str, stage: int) -> dict[str, dict]:
    resources = terraform.plan(graph(Case(example, stage, "prod")))["planned_values"]["root_module"]["resources"]
    return {resource["address"]: resource["values"] for resource in resources}


def test_names_and_blocks_are_terraform_s():
    shop = planned("shop", 5)
    database = shop["aws_db_instance.shop_database_primary"]
    assert database["storage_encrypted"] is True and isinstance(database["allocated_storage"], int)
    [health] = shop["aws_lb_target_group.shop_balancer_app"]["health_check"]
    assert health["path"] == "/healthz"
    assert {origin["origin_id"] for origin in shop["aws_cloudfront_distribution.shop_cdn_distribution"]["origin"]} == {
        "dynamic",
        "static",
    }
    assert shop["aws_subnet.shop_network_public_1"]["tags"]["Name"] == "shop-network-public-1"


def test_a_service_on_kubernetes_is_shown_to_it_with_machines_of_a_group():
    made = security.architecture(*security.ON_KUBERNETES, cluster=True)
    assert made.kubernetes and made.kubernetes.group
    assert [s.runs_on for s in made.services.values()].count("kubernetes") == 1


def test_what_a_resource_names_is_a_reference():
    document = terraform.plan(graph(Case("shop", 5, "prod")))
    found = {r["address"]: r["expressions"] for r in document["configuration"]["root_module"]["resources"]}
    policy = found["aws_s3_bucket_public_access_block.shop_uploads_closed"]["bucket"]["references"]
    assert policy == ["aws_s3_bucket.shop_uploads_bucket.id", "aws_s3_bucket.shop_uploads_bucket"]


@pytest.mark.parametrize("check", exceptions())
def test_an_exception_is_of_something_that_exists_and_has_a_reason(check: str):
    graphs = [graph(Case(example, stage, "prod")) for example in NAMES for stage in STAGES]
    with_cluster = record(run_of(security.architecture(*security.ON_KUBERNETES, cluster=True)))
    names = {r.name.partition("-")[2] for each in (*graphs, with_cluster) for r in each}
    for resource, reason in exceptions()[check].items():
        assert fnmatch.filter(names, resource), resource
        assert len(reason.split()) > 3


def test_a_finding_without_a_reason_is_not_explained():
    assert not is_explained(Finding("CKV_AWS_17", "database-primary", "public"))
    assert not is_explained(Finding("CKV_AWS_16", "database-primary", "not encrypted"))
    assert is_explained(Finding("CKV_AWS_338", "anything-at-all", "logs"))


def test_a_pattern_is_of_both_regions_and_of_no_other_resource():
    for region in ("", "standby-"):
        assert is_explained(Finding("CKV_AWS_21", f"{region}balancer-logs", "no versions"))
        assert not is_explained(Finding("CKV_AWS_21", f"{region}uploads-bucket", "no versions"))


def test_a_reason_that_no_finding_needs_is_named(monkeypatch):
    monkeypatch.setattr(security, "exceptions", lambda: {"CKV_1": {"*-logs": "they expire", "files": "all may read"}})
    assert security.idle([Finding("CKV_1", "cdn-logs", ""), Finding("CKV_2", "files", "")]) == ["CKV_1 files"]


def test_copies_of_a_bucket_have_terraform_s_name():
    assert "aws_s3_bucket_replication_configuration.shop_uploads_copies_copies" in planned("shop", 7)
