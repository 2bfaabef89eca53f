"""`tenfold local coverage` tells of objects of Kubernetes too what is modelled, and what has no effect here."""

import pytest

from tenfold.blueprints.resolve import load
from tenfold.failure import Failure
from tenfold.local.kubernetes import coverage
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.render import coverage as table


def test_what_our_stacks_make_is_modelled(tmp_path) -> None:
    """bench/pods.yaml has every kind that components make."""
    architecture = load("bench/pods.yaml").architecture
    assert architecture
    used = {r.type for r in record(run_of(architecture)) if r.type.startswith("kubernetes:")}
    assert len(used) > 8 and used <= set(coverage.kinds())


def test_a_reason_is_about_a_kind_and_a_field_that_there_are() -> None:
    for kind, reasons in coverage.without_effect().items():
        paths = [row.input for row in coverage.rows(kind)]
        for field in reasons:
            assert any(f"{path}.".startswith(f"{field}.") for path in paths), f"{kind}: {field}"


def test_each_field_has_one_fate_and_one_place() -> None:
    rows = coverage.rows()
    assert len({(row.token, row.input) for row in rows}) == len(rows) < 2500
    assert {row.where for row in rows} == {"sent", "recorded"} and all(row.detail for row in rows)


@pytest.mark.parametrize(
    ("field", "where"),
    [
        ("spec.template.spec.containers.resources.requests", "sent"),
        ("spec.template.spec.topologySpreadConstraints.maxSkew", "sent"),
        ("spec.template.spec.containers.readinessProbe.httpGet.path", "recorded"),
        ("spec.template.spec.containers.image", "recorded"),
    ],
)
def test_what_the_scheduler_judges_counts_and_what_a_container_would_do_does_not(field: str, where: str) -> None:
    [row] = [row for row in coverage.rows("kubernetes:apps/v1:Deployment") if row.input == field]
    assert row.where == where


def test_the_table_has_both_packages_and_finds_a_kind_by_the_end_of_its_name() -> None:
    types = {row["type"] for row in table.as_json(None)["inputs"]}
    assert {"aws:eks/cluster:Cluster", "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"} <= types
    assert table.as_text("NetworkPolicy").startswith("kubernetes:networking.k8s.io/v1:NetworkPolicy\n  recorded")
    with pytest.raises(Failure, match="not a type the local cloud serves"):
        table.as_text("kubernetes:batch/v1:Job")
