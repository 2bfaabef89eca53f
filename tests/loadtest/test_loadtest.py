"""A script says what the blueprint promises; Locust runs it; results of either tool say which step broke."""

import csv
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tenfold import exits
from tenfold.commands import loadtest
from tenfold.failure import Failure
from tenfold.loadtest.results import Step
from tenfold.loadtest.verdict import curve, verdict

SHOP = str(Path(__file__).parents[2] / "blueprints" / "shop.yaml")
DEV = (SHOP, "--env", "dev")  # throw-away, 15 requests/s at its peak


def told(*arguments: str) -> str:
    done = CliRunner().invoke(loadtest.command, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def read(file: Path) -> dict:
    return json.loads(told("read", str(file), *DEV, "--json"))


def history(rows: Sequence[tuple[int, float, float, float]]) -> str:
    """(users, requests/s, failures/s, p99 ms), a second each, as Locust writes it."""
    columns = "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,99%"
    return "\n".join([columns, *(f"{at},{u},,Aggregated,{r},{f},{p / 2},{p}" for at, (u, r, f, p) in enumerate(rows))])


def test_the_limits_are_the_blueprint_s(tmp_path):
    file = tmp_path / "load.js"
    told(*DEV, "--tool", "k6", "--target", "http://127.0.0.1:1/", "--writes-to", "/orders", "--out", str(file))
    text = file.read_text(encoding="utf-8")
    for step, rate in ((1, 15), (2, 30), (5, 75), (10, 150)):
        assert f"x{step}: {{\n      executor: 'constant-arrival-rate',\n      rate: {rate}," in text
        assert f"'http_req_duration{{scenario:x{step}}}': [{{ threshold: 'p(99)<500'" in text
    assert "if (at < 95) seen(http.get(`${TARGET}/`" in text
    assert "at < 100) seen(http.post(`${TARGET}/orders`, '{}'" in text
    assert text.count('"http://127.0.0.1:1"') == 1


def test_reads_alone_are_said(tmp_path):
    file = tmp_path / "locustfile.py"
    said = told(*DEV, "--tool", "locust", "--target", "https://x.example.com", "--out", str(file))
    assert "reads only: 5% of the load writes" in said
    compile(file.read_text(encoding="utf-8"), str(file), "exec")
    assert "self.client.post" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--tool", "locust"), "Missing option '--target'"),
        (("--target", "http://x.example.com"), "Missing option '--tool'"),
        (("--tool", "k6", "--target", "x.example.com"), "is not an address such as"),
        (("--tool", "k6", "--target", "http://a`${b}"), "is not an address such as"),
        (("--tool", "k6", "--target", "http://a", "--writes-to", "orders"), "is not a path such as"),
        (("--tool", "k6", "--target", "http://a", "--writes-to", '/"+x'), "is not a path such as"),
    ],
)
def test_what_cannot_be_written(wrong, says):
    done = CliRunner().invoke(loadtest.command, [*DEV, *wrong])
    assert done.exit_code == 2 and says in done.output


def test_nobody_s_production_by_accident(tmp_path):
    asked = (SHOP, "--env", "prod", "--tool", "k6", "--target", "http://a", "--out", str(tmp_path / "x.js"))
    with pytest.raises(Failure, match="not marked as throw-away") as refused:
        told(*asked)
    assert refused.value.code == exits.REFUSED and not (tmp_path / "x.js").exists()
    told(*asked, "--yes")


class Slow(http.server.BaseHTTPRequestHandler):
    """Answers in 20 ms."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        time.sleep(0.02)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format, *args):
        pass


@pytest.fixture
def target():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_locust_runs_it_and_its_results_are_read(tmp_path, target):
    """Five seconds a step and a tenth of the load: for the form of the files, on this machine only. On a busy one a
    step may be too short to be seen."""
    told(*DEV, "--tool", "locust", "--target", target, "--out", str(tmp_path / "locustfile.py"))
    done = subprocess.run(
        [sys.executable, "-m", "locust", "--headless", "--csv", "results", "--csv-full-history", "--only-summary"],
        cwd=tmp_path,
        env={**os.environ, "PEAK": "2", "HOLD": "5"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = read(tmp_path / "results_stats_history.csv")
    assert {10, 20} <= {step["wanted"] for step in found["steps"]} <= {2, 4, 10, 20}
    assert all(step["p99"] >= 0.02 and step["errors"] == 0 for step in found["steps"])
    with open(tmp_path / "results_stats.csv", encoding="utf-8") as file:
        assert int([*csv.DictReader(file)][-1]["Request Count"]) > 50


def test_the_first_step_that_breaks_and_what_lies_below(tmp_path):
    rows = [(15, 15, 0, 100)] * 6 + [(30, 30, 0, 200)] * 6 + [(75, 74, 0, 900)] * 6 + [(150, 80, 8, 4000)] * 6
    file = tmp_path / "x_stats_history.csv"
    file.write_text(history(rows))
    found = read(file)
    assert (found["holds"], found["breaks"]) == (30, 75)
    assert found["why"] == ["p99 900 ms, at most 500 ms are acceptable"]
    assert [bool(step["broke"]) for step in found["steps"]] == [False, False, True, True]
    assert found["steps"][3]["broke"][1:] == ["10.0% failed, at most 1.0% may", "80 of 150 requests/s were answered"]
    said = told("read", str(file), *DEV)
    assert "between 30 and 75 requests/s" in said and "5 × the peak: p99 900 ms" in said


def k6(*, flat: bool = False, dropped: int = 0) -> str:
    metrics = {}
    for times, p99 in (("1", 120.0), ("2", 300.0)):
        of = f"{{scenario:x{times}}}"
        for metric, values in (
            ("http_req_duration", {"avg": 50.0, "p(99)": p99, "count": 1800 * int(times)}),
            ("http_reqs", {"count": 1800 * int(times), "rate": 5.0}),
            ("http_req_failed", {"value": 0.0} if flat else {"rate": 0.0}),
            ("dropped_iterations", {"count": dropped if times == "2" else 0}),
        ):
            metrics[metric + of] = values if flat else {"values": values}
    return json.dumps({"metrics": metrics})


@pytest.mark.parametrize("flat", [False, True])
def test_a_summary_of_k6_in_either_form(tmp_path, flat):
    file = tmp_path / "k6-summary.json"
    file.write_text(k6(flat=flat))
    assert [(s["wanted"], s["reached"], s["p99"]) for s in read(file)["steps"]] == [(15, 15, 0.12), (30, 30, 0.3)]
    assert "at least 30 requests/s: every step held" in told("read", str(file), *DEV)


def test_a_generator_that_was_the_limit_says_nothing_of_the_target(tmp_path):
    file = tmp_path / "k6-summary.json"
    file.write_text(k6(dropped=400))
    found = read(file)
    assert found["generator_was_the_limit"] and found["holds"] == 15
    assert "the machine of the test was the limit" in told("read", str(file), *DEV)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"metrics": {}}', "a,b\n1,2\n", "\x00", history([])])
def test_what_is_no_result_is_refused(tmp_path, text):
    file = tmp_path / "results"
    file.write_text(text)
    with pytest.raises(Failure, match="is not the result of a load test") as refused:
        told("read", str(file), *DEV)
    assert refused.value.code == exits.WRONG_INPUT


def step(wanted: float, reached: float, usual: float = 0.02) -> Step:
    return Step(wanted, reached, usual, usual * 2, 0.0)


@given(
    st.floats(5, 500),
    st.floats(0.001, 0.3),
    st.floats(0.00001, 0.01),
    st.lists(st.integers(1, 60), min_size=4, unique=True),
)
def test_the_curve_finds_the_law_that_made_the_points(alone, contention, crosstalk, at_a_time):
    def rate(n: float) -> float:
        return alone * n / (1 + contention * (n - 1) + crosstalk * n * (n - 1))

    steps = [step(rate(n), rate(n), n / rate(n)) for n in at_a_time]  # Little's law: n = rate × time
    found = curve(steps)
    assert found is not None
    assert found.alone == pytest.approx(alone, rel=1e-3)
    assert found.contention == pytest.approx(contention, rel=1e-2, abs=1e-4)
    assert found.most == pytest.approx(rate(max(1, ((1 - contention) / crosstalk) ** 0.5)), rel=1e-2)


def test_no_curve_from_too_little(tmp_path):
    assert curve([step(10, 10), step(20, 20)]) is None
    assert curve([step(10, 10)] * 5) is None  # one point five times


@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(0, 1e4), st.floats(0, 10)), min_size=1, max_size=6))
def test_a_verdict_s_capacity_never_passes_what_broke(points):
    steps = sorted((step(*point) for point in points), key=lambda one: one.offered)
    found = verdict(steps, 0.5, 0.01)
    assert (found.breaks is None) == (not found.why)
    if found.holds and found.breaks:
        assert found.holds.offered <= found.breaks.offered


HELD = [(at, at, 0, 100) for at in (15, 30, 75, 150) for _ in range(5)]
BROKE = [*HELD[:15], *[(150, 101, 1, 2400)] * 5]  # 100 answered a second, on 4 vCPUs


@pytest.fixture
def blueprint(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_bytes(Path(SHOP).read_bytes())
    return file


def results(tmp_path, rows):
    file = tmp_path / "results_stats_history.csv"
    file.write_text(history(rows), encoding="utf-8")
    return str(file)


def test_what_was_measured_goes_into_the_blueprint_on_request(tmp_path, blueprint):
    before, where = blueprint.read_text(), (results(tmp_path, BROKE), str(blueprint), "--env", "prod")
    assert "at most 40 ms of CPU: 100/s on 4 vCPUs (2 × t4g.small); the blueprint has 20 ms" in " ".join(
        told("read", *where).split()
    )
    assert blueprint.read_text() == before, "only on request"
    assert "load.cpu_per_request is now 40ms" in told("read", *where, "--write")
    assert blueprint.read_text() == before.replace("reads: 95%}", "reads: 95%, cpu_per_request: 40ms}")
    assert json.loads(told("read", *where, "--json"))["cpu_per_request_at_most"] == 0.04


def test_where_an_environment_states_it_it_is_changed_there(tmp_path, blueprint):
    own = "prod: {load: {cpu_per_request: 10ms}}  # measured in May"
    blueprint.write_text(blueprint.read_text().replace("prod: {}", own))
    told("read", results(tmp_path, BROKE), str(blueprint), "--env", "prod", "--write")
    assert own.replace("10ms", "40ms") in blueprint.read_text() and "reads: 95%}" in blueprint.read_text()


def test_a_blueprint_without_load_gets_it_at_its_end(tmp_path, blueprint):
    text = blueprint.read_text().replace("load: {users: 5k, reads: 95%}", "# nothing is known yet")
    blueprint.write_text(text)
    told("read", results(tmp_path, BROKE), str(blueprint), "--env", "prod", "--write")
    written = blueprint.read_text()
    assert written.startswith(text) and "load:\n  cpu_per_request: " in written[len(text) :]


def test_a_test_that_was_too_small_changes_nothing(tmp_path, blueprint):
    before, small = blueprint.read_bytes(), results(tmp_path, HELD[:10])
    with pytest.raises(Failure, match="nothing was written") as refused:
        told("read", small, str(blueprint), "--env", "prod", "--write")
    assert refused.value.code == exits.REFUSED and blueprint.read_bytes() == before
    assert json.loads(told("read", small, str(blueprint), "--env", "prod", "--json"))["cpu_per_request_at_most"] is None
