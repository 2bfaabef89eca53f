"""Estimates: hand-made sums agree, every type is billed or free, what is not known lowers the coverage."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenfold.blueprints.architecture.application import Usage as Stated
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import load, resolve
from tenfold.foresight import cost
from tenfold.foresight.average_fleet import average_servers, simulated_day
from tenfold.foresight.charges import billed_types
from tenfold.foresight.cost import Estimate, estimate
from tenfold.foresight.prices import Book
from tenfold.foresight.usage import DERIVED, Usage
from tenfold.graph import Graph, Resource
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.render import cost as costs
from tests.foresight import estimates
from tests.foresight.estimates import EAST, MONTH, graph_with, one, shop, typical
from tests.stacks.graphs import BLUEPRINTS, Case, architecture, cases, graph
from tests.stacks.wide_blueprints import blueprints

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def changed(case: Case, book: Book = EAST, **load) -> Estimate:
    a = architecture(case)
    return estimate(replace(a, load=replace(a.load, **load)), graph(case), book)


def test_the_table_of_examples_and_stages_is_current():
    """`python -m tests.foresight.regenerate` writes it anew."""
    assert estimates.table() == estimates.GOLDEN.read_text()


@pytest.mark.parametrize("case", cases("prod"), ids=str)
def test_every_example_in_us_east_1_has_a_price_for_95_percent_of_its_parts(case):
    draft = open_draft(BLUEPRINTS / f"{case.example}.yaml")
    a = resolve(draft, environment="prod", stage=case.stage, asked={("region",): "us-east-1"}).architecture
    assert a is not None
    found = estimate(a, record(run_of(a)), EAST)
    assert found.coverage >= 0.95, [(line.tier, line.charge.key) for line in found.unknown]


def test_every_type_that_an_example_makes_is_billed_or_free():
    known = {*billed_types(), *cost.free()}
    made = {resource.type for case in cases() for resource in graph(case) if resource.custom and resource.read is None}
    assert {type_ for type_ in made if type_.startswith("aws:")} <= known


@pytest.mark.parametrize("tier", ["mine", "queue-mine", "topic-mine"])
def test_what_a_team_makes_in_a_tier_of_its_own_breaks_no_estimate(tier: str):
    """Of every type that is billed; what depends on messages is unknown, since no field states how many."""
    every = [(type_, f"shop-{tier}", {}) for type_ in billed_types()]
    lines = [
        line for line in estimate(architecture(shop(3)), graph_with(shop(3), *every), EAST).lines if line.tier == tier
    ]
    unknown = {line.charge.key.removeprefix("unknown.") for line in lines if line.charge.key.startswith("unknown.")}
    assert {"aws:sns/topic:Topic", "aws:cloudwatch/eventBus:EventBus", "aws:sqs/queue:Queue"} <= unknown


def test_no_type_is_billed_and_free():
    assert not billed_types().keys() & cost.free().keys()


# By hand, from AWS's list: hours × price, GiB × price. What the agent sends, detailed monitoring and the root disk of
# each server (2.10 + 1.80 or 1.50 + 0.90 for the fleet + 0.438 + 1.60) are in all of them.
SERVER = 2.10 + 6 * 0.30 + 60 * MONTH / 1000 * 0.01 + 20 * 0.08
FLEET = 2 * 2.10 + (2 * 5 + 3) * 0.30 + 2 * 60 * MONTH / 1000 * 0.01 + 2 * 20 * 0.08
FIXED = {
    1: 0.0336 * MONTH + 20 * 0.08 + 0.005 * MONTH + 1 + 2 * 0.40 + 3 + 6 * 0.10 + SERVER,
    3: (
        2 * 0.0168 * MONTH + FLEET  # servers
        + 0.065 * MONTH + 20 * 0.23 + 0.40  # database and its secret
        + 0.0128 * MONTH  # cache
        + 0.0225 * MONTH + 3 * 0.005 * MONTH  # balancer and its three addresses
        + 0.045 * MONTH + 0.005 * MONTH  # NAT and its address
        + 1 + 0.40 + 3 + 30 * 0.10  # key, secret, dashboard, alarms
    ),
}  # fmt: skip


@pytest.mark.parametrize("stage", FIXED)
def test_the_fixed_part_is_what_hand_made_sums_say(stage):
    assert estimates.of(shop(stage)).total(by_use=False).typical == pytest.approx(FIXED[stage], abs=0.01)


def test_only_the_fleet_makes_a_range():
    for stage in (1, 2, 3, 4):
        total = estimates.of(shop(stage)).total()
        assert total.least == total.typical == total.most
    found = estimates.of(shop(5))
    assert one(found, "servers t4g.small").usd == pytest.approx((2 * 0.0168 * MONTH,) * 2 + (20 * 0.0168 * MONTH,))
    assert {line.tier for line in found.lines if line.usd and line.usd.least != line.usd.most} == {"fleet"}


def test_least_typical_and_most_are_in_order():
    for case in cases():
        for line in estimates.of(case).lines:
            assert 0 <= line.charge.amount.least <= line.charge.amount.typical <= line.charge.amount.most, (case, line)


def _running(a):
    return average_servers(a, simulated_day(a))[0]


def test_a_fleet_without_scaling_stays_at_its_least():
    a = architecture(Case("chat", 3, "prod"))
    assert a.fleet is not None and a.fleet.servers_max > a.fleet.servers_min
    assert _running(a).most == a.fleet.servers_min


def test_typical_is_a_simulated_day():
    """chat: from 17:30 to 23:30 in Berlin eight servers at least, else three; steps at 50 % and 70 %."""
    least, typical, most = _running(architecture(Case("chat", 5, "prod")))
    assert (least, most) == (3, 30)
    assert (18 * 3 + 6 * 8) / 24 < typical < 5.5


def test_a_fleet_that_never_fills_its_least_is_not_simulated(monkeypatch):
    monkeypatch.setattr("tenfold.foresight.simulation.run", None)
    assert _running(architecture(shop(5))) == (2, 2, 20)


def test_more_requests_need_more_servers():
    a = architecture(shop(5))
    typical = [_running(replace(a, load=replace(a.load, peak=peak))).typical for peak in (15.0, 300.0, 900.0, 9000.0)]
    assert typical == sorted(typical) and typical[0] == 2 and typical[-1] <= 20


def test_usage_follows_from_load():
    requests = 15 * 0.25 * MONTH * 3600
    use = Usage(architecture(shop(3)))
    assert use["requests"].amount == pytest.approx(requests)
    assert use["transfer_out"].amount == pytest.approx(requests * 20 / 2**20)
    assert use["lcu_hours"].amount == pytest.approx(3.75 * 3600 * 20 / 2**20 * MONTH)  # bytes are the largest of four
    assert use["logs.app"].amount == pytest.approx(requests * 0.3 / 2**20)
    found = estimates.of(shop(3))
    assert typical(one(found, "answers to the internet")) == pytest.approx(requests * 20 / 2**20 * 0.09)


def test_many_small_requests_make_lcus_by_connections():
    a = architecture(shop(3))
    busy = Usage(replace(a, load=replace(a.load, peak=4000.0)))["lcu_hours"]
    assert busy.amount == pytest.approx(1000 * 3600 * 20 / 2**20 * MONTH)
    small = replace(a.load, peak=4000.0, answer_size=1.0)
    assert Usage(replace(a, load=small))["lcu_hours"].amount == pytest.approx(4 * MONTH)


def test_behind_a_cdn_answers_leave_from_the_edge():
    whats = {line.charge.what for line in estimates.of(shop(4)).lines}
    assert "from the edge" in whats
    assert "answers to the internet" not in whats


@pytest.mark.parametrize("name", list(Stated.__dataclass_fields__))
def test_a_stated_amount_overrides_what_load_says(name):
    """Each field of `load.usage` reaches a line of some stage, or another amount."""
    stated = Stated(**{name: 12_345})
    a = architecture(shop(5))
    found = Usage(replace(a, load=replace(a.load, usage=stated)))
    parts = [part for part in DERIVED if part.partition(".")[0] == name]
    assert sum(found[part].amount for part in parts) == pytest.approx(12_345)
    assert all(found[part].stated for part in parts)


def test_stated_requests_carry_all_that_follows_from_requests():
    twice = Stated(requests=round(2 * 15 * 0.25 * MONTH * 3600))
    before, after = estimates.of(shop(3)), changed(shop(3), usage=twice)
    for what in ("answers to the internet", "its capacity (LCU)"):
        assert typical(one(after, what)) == pytest.approx(2 * typical(one(before, what)), rel=0.001)


def test_unknown_is_no_zero_and_lowers_the_coverage():
    a, planned = architecture(shop(1)), graph(shop(1))
    urn = "urn:pulumi:shop-prod::tenfold::aws:foo/bar:Bar::shop-foo"
    odd = Resource(urn, "aws:foo/bar:Bar", "shop-foo", "", "shop-foo", True, {})
    found = estimate(a, Graph({**planned.resources, urn: odd}), EAST)
    line = one(found, "Bar")
    assert line.price is None and line.usd is None
    assert found.coverage == pytest.approx(1 - 1 / len(found.lines))
    assert found.total() == estimates.of(shop(1)).total()


def test_a_volume_that_is_left_over_is_as_large_as_it_was():
    """The blueprint does not say its size any more: alone it is unknown, after a change it is what it was before."""
    planned = graph(shop(2))
    [volume] = planned.resources_named("shop-server-data")
    left = volume._replace(inputs={**volume.inputs, "size": 1}, options={"ignoreChanges": ("size",)})
    after = replace(planned, resources={**planned.resources, left.urn: left})
    assert one(estimate(architecture(shop(2)), after, EAST), "data volume").usd is None
    assert one(estimate(architecture(shop(2)), after.on(planned), EAST), "data volume") == one(
        estimates.of(shop(2)), "data volume"
    )


def test_what_is_only_looked_up_costs_nothing_here():
    a, planned = architecture(shop(1)), graph(shop(1))
    looked_up = {urn: resource._replace(read="id") for urn, resource in planned.resources.items()}
    assert not estimate(a, Graph(looked_up), EAST).lines


def test_an_anomaly_alarm_is_three_metrics_and_a_formula_counts_its_own():
    alarms = [r for r in graph(shop(3)) if r.type.endswith(":MetricAlarm") and r.component == "shop-signals"]
    line = one(estimates.of(shop(3)), f"{len(alarms)} alarms")
    banded = [a for a in alarms if "ANOMALY_DETECTION_BAND" in str(a.inputs.get("metricQueries"))]
    assert banded
    assert line.charge.amount.typical > len(alarms) + len(banded)


def test_spot_is_cheaper_within_a_range():
    a = architecture(shop(5))
    assert a.fleet is not None
    from tenfold.blueprints.architecture.servers import Spot

    spot = replace(a, fleet=replace(a.fleet, spot=Spot(0.5, 2)))
    found = estimate(spot, graph(shop(5)), EAST)
    paid, reduced = one(found, "servers t4g.small"), one(found, "spot servers t4g.small")
    hours = [*map(sum, zip(paid.charge.amount, reduced.charge.amount, strict=True))]
    assert hours[0] == hours[1] == 2 * MONTH  # at their least none is spot
    assert 11 * MONTH < hours[2] < 20 * MONTH


def test_extended_support_is_charged_by_vcpu():
    a = architecture(shop(2))
    old = replace(a, database=replace(a.database, version="11"))
    line = next(x for x in estimate(old, graph(shop(2)), EAST).lines if "extended support" in x.charge.what)
    assert typical(line) == pytest.approx(2 * 2 * 0.10 * MONTH)  # 2 vCPU, in the third year


@given(st.floats(0.1, 5000), st.floats(0, 1))
def test_more_load_never_costs_less(peak, reads):
    less = changed(shop(5), peak=peak, reads=reads).total().typical
    more = changed(shop(5), peak=peak * 1.5, reads=reads).total().typical
    assert more >= less - 1e-9


def test_what_lies_in_another_region_costs_what_it_costs_there():
    a, made = architecture(Case("chat", 5, "prod")), graph(Case("chat", 5, "prod"))
    found = estimate(a, made, Book(a.region))
    edge = {line.charge.what: line for line in found.lines if line.region == "us-east-1"}
    assert {"firewall, us-east-1", "logs, us-east-1", "2 alarms, us-east-1"} <= edge.keys()
    logs = edge["logs, us-east-1"].price
    assert logs is not None and logs.rate == 0.50  # eu-central-1 has no price of logs
    assert all(line.region in ("us-east-1", "eu-central-1") for line in found.lines)


def test_a_provider_decides_the_region_of_what_says_none():
    a, made = architecture(shop(1)), graph(shop(1))
    provider = next(r for r in made if r.type == "pulumi:providers:aws")
    moved = provider._replace(inputs={**provider.inputs, "region": "eu-west-2"})
    found = estimate(a, Graph({**made.resources, provider.urn: moved}), EAST)
    assert {line.region for line in found.lines} == {"eu-west-2"}


def test_insights_that_are_kept_longer_are_not_free():
    a, made = architecture(shop(2)), graph(shop(2))
    primary = next(r for r in made if r.name == "shop-database-primary")
    longer = primary._replace(inputs={**primary.inputs, "performanceInsightsRetentionPeriod": 31})
    found = estimate(a, Graph({**made.resources, primary.urn: longer}), EAST)
    assert [line.charge.key for line in found.unknown] == ["rds.insights"]


def test_any_blueprint_has_an_estimate_that_adds_up(tmp_path):
    """Whatever is valid: no part without a formula, nothing negative, no type that nobody has heard of."""
    file, stages = tmp_path / "any.yaml", set()

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=SLOW)
    @given(blueprints(), st.sampled_from([None, 4, 5]))
    def check(blueprint, stage):
        file.write_text(json.dumps(blueprint))
        a = load(file, stage=stage).architecture
        if a is None:
            return
        stages.add(a.stage)
        found = estimate(a, record(run_of(a)), Book(a.region))
        assert 0 < found.coverage <= 1
        assert not [key for key in (line.charge.key for line in found.unknown) if re.match("unknown.+:", key)]
        for _, charge, *_ in found.lines:
            assert charge.how and 0 <= charge.amount.least <= charge.amount.typical <= charge.amount.most
        assert found.total().least <= found.total().typical <= found.total().most
        assert max(map(len, costs.as_text(a, found, verbose=True).splitlines())) <= 100

    check()
    assert stages >= {1, 4, 5}


def test_workers_cost_their_servers_and_no_request_comes_to_them() -> None:
    labels = {line.charge.what for line in changed(Case("iot", 6, "prod")).lines if line.tier == "workers"}
    assert "servers t4g.small" in labels and "CPU credits" not in labels


def test_a_standby_region_is_paid_for_what_it_keeps_not_for_requests():
    found = estimates.of(shop(7))
    here, there = (one(found, f"uploads{where}").usd for where in ("", ", us-west-2"))
    assert here == there
    assert typical(one(found, "its capacity (LCU), us-west-2")) == 0
    log = typical(one(found, "standby-database-primary changes, sent to it, us-west-2"))
    assert log == pytest.approx(15 * 0.25 * MONTH * 3600 * 0.05 * 10 / 2**20 * 0.02)
    assert typical(one(found, "NAT gateway, us-west-2")) == pytest.approx(0.045 * MONTH)
    assert all(
        line.usd is None or line.usd.typical == 0
        for line in found.lines
        if line.charge.key.startswith("ec2.") and line.tier == "standby-fleet"
    )


def test_after_a_failover_requests_are_paid_for_in_the_standby_region():
    a = replace(architecture(shop(7)), active="standby")
    found = estimate(a, record(run_of(a)), EAST)
    assert typical(one(found, "its capacity (LCU), us-west-2")) > 0 == typical(one(found, "its capacity (LCU)"))
    assert typical(one(found, "servers t4g.small, us-west-2", "standby-fleet")) == pytest.approx(2 * 0.0168 * MONTH)
    assert typical(one(found, "servers t4g.small", "fleet")) == 0


def test_the_table_of_stages_says_where_it_is_not_whole():
    a, found = architecture(shop(7)), estimates.of(shop(7))
    text = costs.table("shop", "stage", [("7", a, found, "")], False)
    assert "at least, above the budget" in text
    assert "prices of us-west-2 estimated" in costs.summary(a, found)[0]


def test_pods_run_in_a_standby_region_at_pilot_light_too():
    text = """name: shop
stage: 7
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
kubernetes: {admins: {deploy: "arn:aws:iam::123456789012:role/deploy"}}
services: {search: {image: "ghcr.io/acme/search:0.9.0", route: "/search/*", runs_on: kubernetes}}
"""
    a = load("shop.yaml", content=text.encode()).architecture
    assert a is not None
    found = estimate(a, record(run_of(a)), EAST)
    machines = one(found, "machines like m7g.large, us-west-2")
    assert machines.charge.amount == (MONTH, MONTH, MONTH)
