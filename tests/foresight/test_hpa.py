"""The HPA controller's own cases, and how the parts come together in one decision."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.foresight import hpa
from tenfold.foresight.hpa import Behavior, Pods, Policy, Share, Total, decide_pods

VECTORS = json.loads((Path(__file__).parents[1] / "data/hpa_vectors.json").read_text())["cases"]


def cases(kind: str) -> list:
    return [pytest.param(case, id=case["name"]) for case in VECTORS if case["kind"] == kind]


def behavior(rules: dict | None, default: Behavior) -> Behavior:
    if rules is None:
        return default
    return Behavior(rules["window"], tuple(Policy(*policy) for policy in rules["policies"]), rules["select"])


def test_every_case_of_the_file_is_asked_for():
    assert len(VECTORS) == sum(len(cases(kind)) for kind in ("pods", "total", "share", "limit", "stabilize")) == 40


@pytest.mark.parametrize("case", cases("pods"))
def test_metrics_of_pods(case):
    metric = Pods(
        case["target"],
        case["usage"],
        case["requests"],
        unready=case["unready"],
        ignored=case["absent"],
        resource=case["metric"] == "resource",
    )
    assert metric.replicas(case["current"]) == case["expect"]


@pytest.mark.parametrize("case", cases("total"))
def test_metrics_of_a_whole(case):
    assert Total(case["total"], case["target"], case["ready"]).replicas(case["current"]) == case["expect"]


@pytest.mark.parametrize("case", cases("share"))
def test_metrics_a_pod_of_a_whole(case):
    assert Share(case["total"], case["each"]).replicas(case["current"]) == case["expect"]


@pytest.mark.parametrize("case", cases("limit"))
def test_limits(case):
    up, down = behavior(case["up"], hpa.SCALE_UP), behavior(case["down"], hpa.SCALE_DOWN)
    found = hpa.limit_proposal(
        case["current"], case["wanted"], case["min"], case["max"], up, down, case["added"], case["removed"]
    )
    assert found == (case["expect"], case["reason"])


@pytest.mark.parametrize("case", cases("stabilize"))
def test_stabilization(case):
    assert (
        hpa.stabilize_proposal(case["current"], case["wanted"], case["history"], case["up"], case["down"])
        == case["expect"]
    )


def cpu(percent: int, pods: int, target: int = 70) -> Pods:
    names = [f"p{number}" for number in range(pods)]
    return Pods(target, dict.fromkeys(names, percent * 10), dict.fromkeys(names, 1000))


def test_a_decision_is_the_proposal_stabilized_then_limited():
    assert decide_pods(2, [cpu(140, 2)], least=2, most=50) == hpa.Decision(4, 4, "DesiredWithinRange")
    assert decide_pods(20, [cpu(700, 20)], least=2, most=50) == hpa.Decision(40, 200, "ScaleUpLimit")
    assert decide_pods(20, [cpu(700, 20)], least=2, most=30) == hpa.Decision(30, 200, "TooManyReplicas")
    five_minutes_of_calm = [(age, 10) for age in range(0, 300, 15)]
    assert decide_pods(10, [cpu(7, 10)], least=2, most=50, history=five_minutes_of_calm).replicas == 10
    assert decide_pods(10, [cpu(7, 10)], least=2, most=50) == hpa.Decision(2, 1, "TooFewReplicas")


def test_the_largest_proposal_wins():
    queue = Share(total=900, each=100)
    assert decide_pods(5, [cpu(70, 5), queue], least=2, most=50).replicas == 9
    assert decide_pods(5, [queue, cpu(70, 5)], least=2, most=50).replicas == 9


def test_a_metric_that_cannot_be_read_holds_back_a_step_down_only():
    silent = Pods(70, {}, {"p0": 1000})
    assert decide_pods(5, [cpu(7, 5), silent], least=2, most=50).replicas == 5
    assert decide_pods(5, [cpu(140, 5), silent], least=2, most=50).replicas == 10
    with pytest.raises(ValueError, match="no ready pod reports"):
        decide_pods(5, [silent], least=2, most=50)
    with pytest.raises(ValueError, match="no metric"):
        decide_pods(5, [], least=2, most=50)


def test_outside_its_limits_metrics_are_not_asked():
    silent = Pods(70, {}, {"p0": 1000})
    assert decide_pods(60, [silent], least=2, most=50) == hpa.Decision(50, 50, "TooManyReplicas")
    assert decide_pods(1, [silent], least=2, most=50) == hpa.Decision(2, 2, "TooFewReplicas")
    assert decide_pods(0, [silent], least=2, most=50).reason == "ScalingDisabled"


def test_ten_per_cent_more_than_a_hundred_are_111_as_in_the_controller():
    rules = Behavior(0, (Policy("Percent", 10, 15),))
    assert hpa.limit_proposal(100, 500, 2, 1000, rules)[0] == 111


policies = st.builds(
    Behavior,
    st.integers(0, 600),
    st.lists(
        st.builds(Policy, st.sampled_from(["Pods", "Percent"]), st.integers(1, 200), st.integers(1, 600)),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.sampled_from(["Max", "Min", "Disabled"]),
)
past = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 60)), max_size=5)


@given(st.integers(2, 50), st.integers(1, 400), policies, policies, past, past, past)
def test_a_decision_stays_within_the_limits_and_never_turns_the_proposal(
    current, percent, up, down, history, added, removed
):
    found = decide_pods(
        current,
        [cpu(percent, current)],
        least=2,
        most=50,
        up=up,
        down=down,
        history=history,
        added=added,
        removed=removed,
    )
    assert 2 <= found.replicas <= 50
    assert (found.replicas - current) * (found.proposed - current) >= 0
