"""`signals.alarms`: from a blueprint to each alarm, what is refused on the way, and what `explain` says of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import Resolution, resolve
from tenfold.commands.explain import command as explain
from tenfold.components.plans.catalogue import evaluate
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.resolving import with_alarms_judged
from tenfold.stacks.subjects import ROLES, alarms, kind_of
from tests.stacks.golden import ENVIRONMENT
from tests.stacks.graphs import Case, architecture, cases, graph

STAGE_6 = """name: shop
stage: 6
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
queues: {orders: {message_takes: 2s, acceptable_delay: 30s}}
"""


def judged(folder: Path, text: str, environment: str | None = None, rules: str = "") -> Resolution:
    (folder / "shop.yaml").write_text(text)
    if rules:
        (folder / "tenfold-rules.yaml").write_text(rules)
    return with_alarms_judged(resolve(open_draft(folder / "shop.yaml"), environment=environment))


def with_alarm(text: str) -> str:
    return f"{STAGE_6}signals: {{alarms: {{{text}}}}}\n"


def refusals(resolution: Resolution) -> list[str]:
    return [problem.code for problem in resolution.problems if problem.code not in ("TF-R116", "TF-R015")]


def rung(resolution: Resolution) -> dict[str, dict]:
    assert resolution.architecture
    found = record(run_of(resolution.architecture))
    named = {
        r.name.removeprefix("shop-signals-"): r.inputs
        for r in found
        if r.type.endswith(":MetricAlarm") and "-signals-" in r.name
    }
    return {name: dict(inputs) for name, inputs in named.items()}


@pytest.mark.parametrize("case", cases(ENVIRONMENT), ids=str)
def test_what_is_known_without_the_program_is_what_the_program_makes(case: Case) -> None:
    """Names and thresholds, at every stage of every example."""
    made = {
        resource.name.split("-signals-")[1]: resource.inputs.get("threshold")
        for resource in graph(case)
        if resource.type.endswith(":MetricAlarm") and "-signals-" in resource.name
    }
    assert {name: item.threshold for name, item in alarms(architecture(case)).items()} == made
    assert all(kind_of(name) in ROLES for name in made)


@pytest.mark.parametrize(
    "text",
    [
        STAGE_6.replace("true}", "true, jobs: {command: [worker]}}") + "workers: {servers: 1-10}\n",
        STAGE_6 + "balancer: {kind: network}\nwithout: [cdn]\nsessions: {store: database}\n",
        STAGE_6.replace("stage: 6", "stage: 2\npromoting_from: 1").replace("queues:", "# queues:"),
        STAGE_6.replace("stage: 6", "stage: 3\npromoting_from: 1").replace("queues:", "# queues:"),
    ],
    ids=["workers", "network", "promotion-1-2", "promotion-1-3"],
)
def test_and_so_for_other_shapes(tmp_path: Path, text: str) -> None:
    resolution = judged(tmp_path, text)
    assert resolution.architecture, resolution.problems
    made = {name: inputs.get("threshold") for name, inputs in rung(resolution).items()}
    assert {name: item.threshold for name, item in alarms(resolution.architecture).items()} == made
    assert all(kind_of(name) in ROLES for name in made)


def test_every_alarm_takes_what_is_set_for_it_and_the_others_stay(tmp_path: Path) -> None:
    before = rung(judged(tmp_path, STAGE_6))
    set_ = """database-cpu: {threshold: 90%, for: 10m, severity: page}, cache-latency: {threshold: 5ms},
      database-memory: {threshold: 2GiB}, balancer-requests: {threshold: 6}, fleet-disk: {rings: false},
      queue-orders-in-flight: {threshold: 1k, severity: notify}"""
    after = rung(judged(tmp_path, with_alarm(set_)))
    assert before.keys() - after.keys() == {"fleet-disk"}
    cpu = after["database-cpu"]
    assert (cpu["threshold"], cpu["evaluationPeriods"], cpu["datapointsToAlarm"]) == (90, 10, 10)
    assert cpu["alarmDescription"].startswith("[page] Database, saturation.")
    assert cpu["tags"]["severity"] == "page"
    assert after["cache-latency"]["threshold"] == 5000, "microseconds"
    assert after["database-memory"]["threshold"] == 2 * 2**30
    assert "ANOMALY_DETECTION_BAND(value, 6)" in json.dumps(after["balancer-requests"]["metricQueries"])
    assert after["queue-orders-in-flight"]["threshold"] == 1000
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        "database-cpu", "cache-latency", "database-memory", "balancer-requests", "queue-orders-in-flight",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("databse-cpu: {threshold: 90%}", "TF-R150", "Did you mean database-cpu"),
        ("replica-9-lag: {for: 5m}", "TF-R150", "replica-1-lag"),
        ("queue-ordres-age: {for: 5m}", "TF-R150", "queue-orders-age"),
        ("wholly-other: {for: 5m}", "TF-R150", "Alarms at this stage: cdn-origin-latency"),
        ("fleet-cpu: {threshold: 20}", "TF-R151", "a share: 90%"),
        ("balancer-latency: {threshold: 90%}", "TF-R151", "a time: 250ms"),
        ("database-storage: {threshold: 90%}", "TF-R151", "a size: 500MiB"),
        ("database-queue: {threshold: 20ms}", "TF-R151", "a plain number"),
        ("fleet-memory: {threshold: 100%}", "TF-R151", "never rings"),
        ("balancer-healthy: {threshold: 0}", "TF-R151", "never rings"),
        ("balancer-requests: {threshold: 0}", "TF-R151", "standard deviations"),
        ("fleet-cpu: {for: 90s}", "TF-R152", "every 1 min"),
        ("fleet-disk: {for: 12m}", "TF-R152", "Valid: 5m, 10m, 50m"),
        ("fleet-cpu: {for: 2d}", "TF-R152", "at most 1 d"),
        ("queue-orders-dead-letters-expiring: {for: 90m}", "TF-R152", "1h, 2h"),
        ("database-storage: {rings: false}", "TF-R153", "nearly full"),
        ("replica-1-lag: {rings: false}", "TF-R153", "too far behind"),
        ("server-cpu: {threshold: 90%}", "TF-R154", "stage 6"),
        ("fleet-cpu: {threshold: much}", "TF-V090", "2GiB"),
        ("fleet-cpu: {threshold: 90%, for: 8d}", "TF-V015", "7d"),
        ("CPU: {threshold: 90%}", "TF-V091", "database-cpu"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(tmp_path: Path, text: str, code: str, said: str) -> None:
    resolution = judged(tmp_path, with_alarm(text))
    [problem] = [problem for problem in resolution.problems if problem.code == code]
    assert said in f"{problem.message} {problem.hint}"
    assert problem.line == 5
    assert (resolution.architecture is None) == problem.is_error


@pytest.mark.parametrize(
    "other",
    [
        "database: {instance: db.t4g.enormous}",  # its memory, which thresholds are computed from, is not known
        "app.image: 7",
        "region: us-east-9",
        "without: [balancre]",
        "nonsense: 1",
    ],
)
def test_alarms_are_judged_beside_every_other_error(tmp_path: Path, other: str) -> None:
    alarms_ = "databse-cpu: {threshold: 90%}, database-cpu: {threshold: 90}, replica-9-lag: {for: 5m}"
    resolution = judged(tmp_path, f"{with_alarm(alarms_)}{other}\n")
    codes = refusals(resolution)
    assert {"TF-R150", "TF-R151"} < set(codes) and resolution.architecture is None


def test_an_alarm_that_another_error_may_hide_is_not_refused(tmp_path: Path) -> None:
    text = with_alarm("queue-reports-age: {for: 5m}").replace("queues: {", "queues: {reports: {message_takes: 2}, ")
    assert "TF-R150" not in refusals(judged(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    ["queue-orders-dead-letters-expiring: {for: 7d}", "fleet-cpu: {for: 1d}", "fleet-cpu: {rings: false}"],
)
def test_what_cloudwatch_takes_is_fine(tmp_path: Path, text: str) -> None:
    assert refusals(judged(tmp_path, with_alarm(text))) == []


def test_an_alarm_at_the_top_needs_to_be_in_one_environment(tmp_path: Path) -> None:
    environments = "environments: {dev: {stage: 2}, prod: {}}\n"
    top = with_alarm("fleet-cpu: {threshold: 90%}") + environments
    assert refusals(judged(tmp_path, top, "dev")) == refusals(judged(tmp_path, top, "prod")) == []
    own = STAGE_6 + "environments: {dev: {stage: 3, signals: {alarms: {server-cpu: {threshold: 90%}}}}}\n"
    own = own.replace("queues:", "# queues:")
    assert "TF-R154" in refusals(judged(tmp_path, own, "dev"))
    typo = with_alarm("flet-cpu: {threshold: 90%}") + environments
    assert "TF-R150" in refusals(judged(tmp_path, typo, "prod"))


def test_house_rules_set_defaults_and_say_what_must_ring(tmp_path: Path) -> None:
    rules = "defaults: {signals: {alarms: {server-cpu: {threshold: 95%}, database-cpu: {threshold: 85%, for: 20m}}}}\n"
    house = judged(tmp_path, with_alarm("database-cpu: {for: 10m}"), rules=rules)
    assert refusals(house) == [], "the rules hold for other stages too"
    cpu = rung(house)["database-cpu"]
    assert (cpu["threshold"], cpu["evaluationPeriods"]) == (85, 10)
    wrong = judged(tmp_path, STAGE_6, rules="defaults: {signals: {alarms: {fleet-cpu: {threshold: 20}}}}\n")
    [problem] = [problem for problem in wrong.problems if problem.code == "TF-R151"]
    assert problem.file.endswith("tenfold-rules.yaml")
    rules = 'limits: {must_ring: ["*-storage"]}\n'
    assert refusals(judged(tmp_path, with_alarm("database-storage: {rings: false}"), rules=rules)) == ["TF-H008"]
    assert refusals(judged(tmp_path, with_alarm("fleet-cpu: {rings: false}"), rules=rules)) == []


def explained(folder: Path, path: str) -> str:
    result = CliRunner().invoke(explain, [str(folder / "shop.yaml"), path])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_explain_has_every_alarm_and_where_it_is_from(tmp_path: Path) -> None:
    resolution = judged(tmp_path, with_alarm("database-cpu: {threshold: 90%}, fleet-cpu: {rings: false}"))
    assert resolution.architecture
    everything = explained(tmp_path, "signals.alarms")
    for name in alarms(resolution.architecture):
        assert f"signals.alarms.{name}.threshold" in everything
        assert f"signals.alarms.{name}.for" in everything
    set_ = explained(tmp_path, "signals.alarms.database-cpu.threshold")
    assert "threshold = 90%" in set_
    assert "shop.yaml:5:" in set_
    assert "default 70%: above saturation * 100, with saturation 0.7. The database has been busier" in set_
    unset = explained(tmp_path, "signals.alarms.cache-latency.threshold")
    assert "threshold = 25ms" in unset
    assert "because above latency * 1000000 / 20, with latency 0.5. The cache answers slowly" in unset
    assert "3 of 5 periods of 1 min" in explained(tmp_path, "signals.alarms.balancer-latency.for")
    assert "severity = none" in explained(tmp_path, "signals.alarms.balancer-latency.severity")
    assert "unused `rings` is false" in explained(tmp_path, "signals.alarms.fleet-cpu.threshold")


def test_what_explain_shows_as_a_threshold_can_be_written(tmp_path: Path) -> None:
    """Each default pasted back into the blueprint is the same alarm."""
    judged(tmp_path, STAGE_6)
    result = CliRunner().invoke(explain, [str(tmp_path / "shop.yaml"), "signals.alarms", "--json"])
    rows = [row for row in json.loads(result.output)["values"] if row["path"].endswith(".threshold")]
    text = ", ".join(f"{row['path'].split('.')[2]}: {{threshold: {row['value']}}}" for row in rows)
    before, after = rung(judged(tmp_path, STAGE_6)), rung(judged(tmp_path, with_alarm(text)))
    assert {name: one.get("threshold") for name, one in after.items()} == pytest.approx(
        {name: one.get("threshold") for name, one in before.items()}
    )


STAGE_7 = """name: shop
stage: 7
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
regions: {recovery: {drill: {date: 2026-11-28, promote: 6m}}}
"""


@pytest.mark.parametrize(
    ("more", "days", "rings"),
    [
        ("", 90, False),
        ("", 91, True),
        ("signals: {alarms: {standby-recovery-drill: {threshold: 180}}}\n", 91, False),
        ("signals: {alarms: {standby-recovery-drill: {threshold: 180}}}\n", 181, True),
    ],
)
def test_the_last_drill_is_missed_after_a_quarter(tmp_path: Path, more: str, days: int, rings: bool) -> None:
    alarm = rung(judged(tmp_path, STAGE_7 + more))["standby-recovery-drill"]
    clock, age = alarm["metricQueries"]
    assert alarm["region"] == "us-west-2", "it rings where the first region's loss keeps nobody from hearing it"
    assert clock["metric"]["dimensions"]["DBInstanceIdentifier"]
    now = (datetime(2026, 11, 28, tzinfo=UTC) + timedelta(days=days)).timestamp()
    since = evaluate(age["expression"].replace("EPOCH(clock)", f"{now:.0f}"), {})
    assert (since > alarm["threshold"], since) == (rings, days)


def test_a_region_that_never_took_over_rings_until_it_did(tmp_path: Path) -> None:
    undrilled = STAGE_7[: STAGE_7.index("regions")]
    before, after = (set(rung(judged(tmp_path, text))) for text in (undrilled, STAGE_7))
    assert (before - after, after - before) == ({"standby-recovery-undrilled"}, {"standby-recovery-drill"})
    thrown_away = rung(judged(tmp_path, f"{STAGE_7}environments: {{dev: {{throwaway: true}}}}\n", "dev"))
    assert not [name for name in thrown_away if "recovery" in name]
