"""Workers in a blueprint: nothing has to be set, jobs are what they run, zero is refused where it is too slow."""

from pathlib import Path

import pytest

from tenfold.blueprints.resolve import Resolution, load

JOBS = "jobs: {command: [worker]}"
QUEUES = "queues: {orders: {acceptable_delay: 30s, message_takes: 2s}}\n"


def resolve(text: str, tmp_path: Path, jobs: str = JOBS, with_: str = "queues, workers") -> Resolution:
    path = tmp_path / "shop.yaml"
    app = ", ".join(filter(None, ("image: ghcr.io/acme/shop:1.4.2, stateless: true", jobs)))
    path.write_text(f"name: shop\nstage: 5\nwith: [{with_}]\napp: {{{app}}}\n{text}")
    return load(path)


def test_with_queues_there_is_a_range_of_the_smallest_servers(tmp_path: Path) -> None:
    found = resolve(QUEUES, tmp_path)
    assert found.architecture and found.architecture.workers and not found.problems
    workers = found.architecture.workers
    assert (workers.instance, workers.servers_min, workers.servers_max) == ("t4g.small", 1, 10)
    assert found.origins["workers.servers"].why and found.origins["workers.instance"].why


def test_the_range_follows_from_the_messages_that_are_stated(tmp_path: Path) -> None:
    """40 messages/s of 2 s each keep 80 busy, 10 servers of eight at once; twice as many work off a backlog."""
    queues = "queues: {orders: {acceptable_delay: 30s, message_takes: 2s, per_request: 0.1}}\n"
    found = resolve("workers: {at_once: 8}\nload: {peak: 400/s}\n" + queues, tmp_path)
    assert found.architecture and found.architecture.workers and not found.problems
    workers = found.architecture.workers
    assert (workers.servers_min, workers.servers_max, workers.at_once) == (1, 20, 8)
    assert "keep 10 busy, × 2" in found.origins["workers.servers"].why


def test_without_queues_the_number_is_fixed(tmp_path: Path) -> None:
    found = resolve("", tmp_path)
    assert found.architecture and found.architecture.workers and not found.problems
    assert (found.architecture.workers.servers_min, found.architecture.workers.servers_max) == (1, 1)


def test_without_jobs_there_are_none(tmp_path: Path) -> None:
    found = resolve(QUEUES, tmp_path, jobs="")
    assert found.architecture and found.architecture.workers is None and not found.problems


def test_without_the_capability_jobs_stay_beside_the_application(tmp_path: Path) -> None:
    found = resolve(QUEUES, tmp_path, with_="queues")
    assert found.architecture and found.architecture.workers is None and found.architecture.app.jobs


@pytest.mark.parametrize(
    ("text", "jobs", "code", "line"),
    [
        ("workers: {servers: 1-10}\n" + QUEUES, "", "TF-R145", 5),
        ("workers: {servers: 1-10}\n", JOBS, "TF-R146", 5),
        ("workers: {servers: 0}\n" + QUEUES, JOBS, "TF-R146", 5),
        ("workers: {servers: 0-10}\n" + QUEUES, JOBS, "TF-R147", 5),
        (QUEUES + "workers: {servers: 10-1}\n", JOBS, "TF-V011", 6),
        (QUEUES + "workers: {servers: 1-501}\n", JOBS, "TF-V015", 6),
        (QUEUES + "workers: {server: 1-5}\n", JOBS, "TF-V001", 6),
        (QUEUES + "workers: {instance: t4g.smal}\n", JOBS, "TF-V012", 6),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, jobs: str, code: str, line: int, tmp_path: Path) -> None:
    found = [(problem.code, problem.line) for problem in resolve(text, tmp_path, jobs).problems if problem.is_error]
    assert found == [(code, line)]


def test_zero_is_for_messages_that_may_wait(tmp_path: Path) -> None:
    queues = "queues: {reports: {acceptable_delay: 20m, message_takes: 1m}}\n"
    found = resolve("workers: {servers: 0-4}\n" + queues, tmp_path)
    assert found.architecture and found.architecture.workers and not found.problems
    assert found.architecture.workers.servers_min == 0


def test_the_reason_names_the_queue_and_the_minutes(tmp_path: Path) -> None:
    [problem] = resolve("workers: {servers: 0-10}\n" + QUEUES, tmp_path).problems
    assert "up to 15 min" in problem.message and "`orders` allows 30 s" in problem.message
    assert problem.hint == "Use `servers: 1-10`, or allow 20m."


def test_house_rules_hold_for_workers(tmp_path: Path) -> None:
    (tmp_path / "tenfold-rules.yaml").write_text("limits: {servers: 30, instances: ['c7g.*', 'db.*', 'cache.*']}\n")
    path = tmp_path / "shop.yaml"
    resolve("workers: {servers: 1-40, instance: t4g.small}\n" + QUEUES, tmp_path)
    found = [(p.code, p.path) for p in load(path).problems]
    assert ("TF-H003", "workers.servers") in found and ("TF-H002", "workers.instance") in found
