"""Golden signals: the catalogue makes sense, thresholds follow from intent, alarms and dashboard say what to do."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pytest
import recording
from examples import DOCS, documented_arguments, example
from hypothesis import given
from hypothesis import strategies as st
from recording import Graph, Registered, assert_house_rules, record

from tenfold.components.plans import catalogue
from tenfold.components.plans.catalogue import GOLDEN_SIGNALS, Kind, Signal, evaluate, kinds, names_in
from tenfold.components.plans.signals import plan
from tenfold.components.signals import DESCRIPTION, Signals, SignalsArgs, SubjectArgs
from tenfold.local.aws.rules import cloudwatch

INTENT = {"latency": 0.5, "errors": 0.01, "saturation": 0.8}
CATALOGUE = {name: catalogue.kind(name) for name in kinds()}
TOPIC = "arn:aws:sns:us-east-1:123456789012:shop"
FACTS = {
    "servers": 2,
    "pods": 2,
    "pods_max": 50,
    "storage_gib": 20,
    "memory_gib": 2,
    "max_connections": 200,
    "max_lag_seconds": 10,
    "follows": 1,
    "point_seconds": 900,
    "scaling": 1,
    "burstable": 1,
    "postgres": 1,
    "sessions": 1,
    "acceptable_delay_seconds": 30,
    "message_takes_seconds": 2,
    "at_once": 1,
    "keep_seconds": 345_600,
    "workers": 1,
    "dead_letters_keep_seconds": 1_209_600,
    "provisioned": 1,
    "read_units_max": 100,
    "write_units_max": 50,
    "undrilled": 1,
    "drilled": 1,
    "drilled_at_seconds": 1_795_824_000,  # 2026-11-28
    "drill_days": 90,
}


def subject(name: str, facts: Mapping[str, float] = FACTS) -> dict[str, Any]:
    identifiers = {dimension: f"the-{dimension}" for dimension in CATALOGUE[name].dimensions}
    return {"kind": name, "identifiers": identifiers, "facts": dict(facts)}


def signals(subjects: dict[str, dict[str, Any]], **args: Any) -> Graph:
    inputs = {
        "latency_p99_seconds": 0.5,
        "error_fraction": 0.01,
        "saturation_fraction": 0.8,
        "topic_arns": [TOPIC],
        **args,
    }
    return record(lambda: Signals("shop-signals", cast(SignalsArgs, {"subjects": subjects, **inputs})))


def alarms(graph: Graph) -> dict[str, Registered]:
    return {r.name.removeprefix("shop-signals-"): r for r in graph.of("cloudwatch/metricAlarm:MetricAlarm")}


ALL = [(kind, signal) for kind in CATALOGUE.values() for signal in kind.signals]


@pytest.mark.parametrize(("kind", "signal"), ALL, ids=[f"{kind.name}-{signal.name}" for kind, signal in ALL])
def test_catalogue_entry_is_complete(kind: Kind, signal: Signal) -> None:
    assert signal.golden in GOLDEN_SIGNALS
    assert signal.seconds % 60 == 0
    statistic = re.compile(r"Average|Sum|Minimum|Maximum|p\d\d")
    assert all(statistic.fullmatch(metric.statistic) for metric in signal.metrics.values())
    if signal.expression:
        used = set(re.findall(r"(?<!\$)\b[a-z]\w*", signal.expression))
        assert used == set(signal.metrics), "metric math uses exactly the metrics given"
        assert set(re.findall(r"\$(\w+)", signal.expression)) <= set(FACTS)
    if not signal.alarms:
        return
    assert 1 <= signal.breaching <= signal.periods
    assert signal.periods * signal.seconds <= 86_400, "CloudWatch looks back one day at most"
    assert signal.missing in {"breaching", "notBreaching", "missing", "ignore"}
    assert set(signal.actions) <= {"recover", "reboot"}
    assert signal.why.endswith(".") and len(signal.look) > 20, "an alarm says what it means and where to look"
    assert names_in(signal.threshold) <= {*INTENT, *FACTS, "GiB"}
    assert signal.unit in catalogue.UNITS
    assert (signal.unit == "percent") == bool(re.search(r"\* 100\b", signal.threshold)), "written as a share"
    assert (signal.unit == "bytes") == ("GiB" in signal.threshold or signal.name == "swap")


@pytest.mark.parametrize(
    ("alarms", "said"),
    [
        ({"server-cpus": {"threshold": 90}}, "no alarm server-cpus; there are server-cpu"),
        ({"server-traffic-in": {"threshold": 90}}, "no alarm server-traffic-in"),
        ({"server-disk": {"seconds": 720}}, "server-disk: it is measured every 5 min"),
        ({"server-cpu": {"seconds": 0}}, "server-cpu: it is measured every 1 min"),
        ({"server-cpu": {"seconds": 86_460}}, "server-cpu: CloudWatch looks back at most 1 d"),
        ({"server-credits": {"seconds": 604_800 + 3600}}, "server-credits: CloudWatch looks back at most 7 d"),
    ],
)
def test_a_change_of_an_alarm_that_cannot_be_is_refused(alarms: dict[str, dict[str, Any]], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        plan({"server": subject("server")}, INTENT, alarms)


def test_an_alarm_that_does_not_ring_is_still_drawn() -> None:
    graph = signals({"server": subject("server")}, alarms={"server-cpu": {"rings": False}})
    assert "server-cpu" not in alarms(graph)
    assert "Server: cpu" in json.dumps(graph.of("cloudwatch/dashboard:Dashboard")[0].inputs["dashboardBody"])


def test_every_kind_has_traffic_and_saturation_and_every_user_facing_one_all_four() -> None:
    for kind in CATALOGUE.values():
        found = {signal.golden for signal in kind.signals}
        # Of a queue and its workers, of two buckets, of two regions, which have all of their own.
        between_two = kind.name in ("backlog", "uncopied", "recovery")
        assert between_two or {"traffic", "saturation"} <= found, kind.name
        assert any(signal.alarms for signal in kind.signals), kind.name
    for name in ("balancer", "database", "cache", "proxy"):
        assert {signal.golden for signal in CATALOGUE[name].signals} == set(GOLDEN_SIGNALS), name


def test_every_kind_is_observed_by_a_stack() -> None:
    stacks = "".join(file.read_text(encoding="utf-8") for file in (DOCS.parents[1] / "stacks").glob("*.py"))
    assert [name for name in CATALOGUE if f'"{name}"' not in stacks] == []


def test_thresholds_follow_from_intent() -> None:
    planned = {
        item.name: item.threshold for item in plan({"db": subject("database"), "lb": subject("balancer")}, INTENT)
    }
    assert planned["lb-latency"] == 0.5
    assert planned["lb-errors"] == 1.0  # percent
    assert planned["db-cpu"] == 80.0
    assert planned["db-connections"] == 160.0
    assert planned["db-storage"] == 2 * 2**30, "at least 2 GiB, however small the volume"
    assert planned["lb-requests"] is None, "learnt, not computed"
    bigger = plan({"db": subject("database", FACTS | {"storage_gib": 500})}, INTENT)
    assert {item.name: item.threshold for item in bigger}["db-storage"] == 40 * 2**30


@given(st.floats(0.05, 1), st.floats(0.0001, 0.5), st.floats(0.01, 60))
def test_no_threshold_is_absurd(saturation: float, errors: float, latency: float) -> None:
    intent = {"latency": latency, "errors": errors, "saturation": saturation}
    for item in plan({kind: subject(kind) for kind in CATALOGUE}, intent):
        assert item.threshold is None or item.threshold >= 0
        if item.signal.name in ("cpu", "memory", "disk") and item.signal.comparison == "above":
            assert item.threshold is not None and 0 < item.threshold <= 100


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(1, 1e6))
def test_arithmetic(a: float, b: float, c: float) -> None:
    values = {"a": a, "b": b, "c": c}
    assert evaluate("a + b / c", values) == pytest.approx(a + b / c)
    assert evaluate("max(a - b, 2) * c", values) == pytest.approx(max(a - b, 2) * c)


@pytest.mark.parametrize("text", ["__import__('os')", "a.b", "[1]", "a if b else c", "max(a, key=b)", "2 ** 9", "'a'"])
def test_nothing_but_arithmetic_is_evaluated(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        evaluate(text, {"a": 1, "b": 2, "c": 3})


def test_facts_decide_what_is_watched() -> None:
    plain = {
        item.signal.name for item in plan({"db": subject("database", FACTS | {"burstable": 0, "postgres": 0})}, INTENT)
    }
    assert not {"credits", "transaction-ids"} & plain
    assert {"credits", "transaction-ids"} <= {item.signal.name for item in plan({"db": subject("database")}, INTENT)}


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ({"kind": "toaster", "identifiers": {}}, "toaster"),
        ({"kind": "fleet", "identifiers": {"AutoScalingGroupName": "g"}}, "servers"),
        ({"kind": "balancer", "identifiers": {"LoadBalancer": "x"}}, "TargetGroup"),
    ],
)
def test_a_subject_that_cannot_be_watched_is_refused(broken: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        plan({"shop": broken}, INTENT)


def test_every_alarm_tells_somebody_in_words_that_help() -> None:
    graph = signals({kind: subject(kind) for kind in CATALOGUE}, tags={"app": "shop"})
    assert_house_rules(graph, "shop-signals")
    found = alarms(graph)
    assert len(found) == sum(signal.alarms for _, signal in ALL)
    for alarm in found.values():
        assert TOPIC in alarm.inputs["alarmActions"] and alarm.inputs["okActions"] == [TOPIC]
        assert "First look: " in alarm.inputs["alarmDescription"]
        assert len(alarm.inputs["alarmDescription"]) <= DESCRIPTION
        assert ("threshold" in alarm.inputs) != ("thresholdMetricId" in alarm.inputs)
        assert ("metricName" in alarm.inputs) != ("metricQueries" in alarm.inputs)


def test_ec2_repairs_a_server_by_itself() -> None:
    found = alarms(signals({"server": subject("server")}))
    assert found["server-status-system"].inputs["alarmActions"] == [TOPIC, "arn:aws:automate:us-east-1:ec2:recover"]
    assert found["server-status-instance"].inputs["alarmActions"] == [TOPIC, "arn:aws:automate:us-east-1:ec2:reboot"]


def test_forms_of_alarms() -> None:
    found = alarms(signals({"balancer": subject("balancer")}))
    latency = found["balancer-latency"].inputs
    assert latency["extendedStatistic"] == "p99" and "statistic" not in latency
    assert latency["evaluateLowSampleCountPercentiles"] == "ignore"
    rate = found["balancer-errors"].inputs["metricQueries"]
    assert [query["id"] for query in rate if query["returnData"]] == ["result"]
    usual = found["balancer-requests"].inputs
    assert usual["comparisonOperator"] == "LessThanLowerThreshold"
    assert usual["thresholdMetricId"] in {query["id"] for query in usual["metricQueries"]}


def test_alarms_keep_their_names_when_subjects_are_added() -> None:
    few = set(alarms(signals({"balancer": subject("balancer")})))
    more = set(alarms(signals({"cache": subject("cache"), "balancer": subject("balancer")})))
    assert few < more


def dashboard(graph: Graph) -> list[dict[str, Any]]:
    return json.loads(graph["shop-signals-dashboard"].inputs["dashboardBody"])["widgets"]


def test_more_graphs_than_cloudwatch_takes_go_on_with_another_dashboard() -> None:
    graph = signals({f"database-{number}": subject("database") for number in range(60)})
    names = sorted(graph.names("cloudwatch/dashboard:Dashboard"))
    assert names[:2] == ["shop-signals-dashboard", "shop-signals-dashboard-2"]
    drawn = [json.loads(graph[name].inputs["dashboardBody"])["widgets"] for name in names]
    titles = [w["properties"]["title"] for widgets in drawn for w in widgets if w["type"] == "metric"]
    assert len(titles) == 60 * len(CATALOGUE["database"].signals) > 480, "none is left out"
    for name in names:
        assert cloudwatch.dashboard(graph[name].inputs) == []
    together = {"widgets": [widget for widgets in drawn for widget in widgets]}
    [(_, reason)] = cloudwatch.dashboard({"dashboardBody": json.dumps(together)})
    assert "at most 500" in reason


def test_dashboard_shows_every_signal_once_without_overlap() -> None:
    subjects = {kind: subject(kind) for kind in CATALOGUE}
    graph = signals(subjects)
    widgets = dashboard(graph)
    assert [w["properties"]["markdown"].split("\n")[0] for w in widgets if w["type"] == "text"] == [
        "## Latency",
        "## Traffic",
        "## Errors",
        "## Saturation",
    ]
    assert len([w for w in widgets if w["type"] == "metric"]) == len(ALL)
    assert len(widgets[0]["properties"]["alarms"]) == min(len(alarms(graph)), 100), "as many as such a widget takes"
    cells = [
        (x, y) for w in widgets for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])
    ]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24
    assert graph["shop-signals-dashboard"].inputs == signals(subjects)["shop-signals-dashboard"].inputs


def test_identifiers_may_be_outputs() -> None:
    def program() -> Signals:
        database = subject("database") | {"identifiers": {"DBInstanceIdentifier": pulumi.Output.from_input("db-1")}}
        return Signals(
            "shop-signals",
            {
                "subjects": {"database": cast(SubjectArgs, database)},
                "latency_p99_seconds": 1,
                "error_fraction": 0.01,
                "saturation_fraction": 0.7,
                "topic_arns": pulumi.Output.from_input([TOPIC]),
            },
        )

    graph = record(program)
    assert alarms(graph)["database-cpu"].inputs["dimensions"] == {"DBInstanceIdentifier": "db-1"}
    assert any("db-1" in row for w in dashboard(graph) for row in w["properties"].get("metrics", [[]])[0:1])


CDN = {"cdn": {"kind": "cdn", "identifiers": {"DistributionId": "E1", "Region": "Global"}}}


def test_the_cdn_rings_where_it_is_measured_and_there_is_a_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own region is us-east-1; seen from another one, nothing rings without a topic there."""
    here = signals(CDN)
    assert "region" not in here["shop-signals-cdn-errors"].inputs
    region = {"id": "eu-central-1", "region": "eu-central-1", "name": "eu-central-1"}
    monkeypatch.setitem(recording.ANSWERS, "aws:index/getRegion:getRegion", region)
    silent, told = signals(CDN), signals(CDN, other_regions={"us-east-1": ["arn:aws:sns:us-east-1:1:edge"]})
    assert not [r for r in silent if r.name.startswith("shop-signals-cdn")]
    alarm = told["shop-signals-cdn-errors"].inputs
    assert (alarm["region"], alarm["alarmActions"]) == ("us-east-1", ["arn:aws:sns:us-east-1:1:edge"])
    assert told["shop-signals-dashboard"].inputs == silent["shop-signals-dashboard"].inputs, "drawn in any case"


def test_a_subject_of_another_region_has_its_alarms_there_and_its_graphs_from_there() -> None:
    server: Any = {"kind": "server", "identifiers": {"InstanceId": "i-1"}, "region": "eu-west-1"}
    there = ["arn:aws:sns:eu-west-1:1:standby"]
    graph = signals({"standby-server": server}, other_regions={"eu-west-1": there})
    found = [r.inputs for r in graph if r.name.startswith("shop-signals-standby-server")]
    assert found and {alarm["region"] for alarm in found} == {"eu-west-1"}
    rung = {topic for alarm in found for topic in alarm["alarmActions"]}
    assert rung - set(there) and all(":eu-west-1:" in arn for arn in rung), "EC2's own actions are of that region too"
    drawn = {w["properties"]["region"] for w in dashboard(graph) if w["type"] == "metric"}
    assert drawn == {"eu-west-1"}


def test_documentation() -> None:
    assert_house_rules(example("signals"), "shop-signals")
    assert documented_arguments("signals") >= set(SignalsArgs.__annotations__) | set(SubjectArgs.__annotations__)
    page = (DOCS / "signals.md").read_text()
    for kind in CATALOGUE.values():
        assert f"| {kind.name} |" in page, f"{kind.name} is not in the table of kinds"
