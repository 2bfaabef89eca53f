"""Queues in a blueprint: two numbers are enough, each default has a reason, times fit each other."""

from pathlib import Path

import pytest

from tenfold.blueprints.resolve import Resolution, load

HEAD = "name: shop\nstage: 5\nwith: [queues]\napp: {image: ghcr.io/acme/shop:1.4.2, stateless: true}\n"
ORDERS = "acceptable_delay: 30s, message_takes: 2s"


def resolve(text: str, tmp_path: Path) -> Resolution:
    path = tmp_path / "shop.yaml"
    path.write_text(HEAD + text)
    return load(path)


def codes(text: str, tmp_path: Path) -> list[str]:
    return [problem.code for problem in resolve(text, tmp_path).problems if problem.is_error]


def test_two_numbers_are_enough_and_the_rest_has_a_reason(tmp_path: Path) -> None:
    found = resolve(f"queues: {{orders: {{{ORDERS}}}, mail: {{{ORDERS}, attempts: 3, keep: 1d}}}}\n", tmp_path)
    assert found.architecture is not None
    orders, mail = found.architecture.queues["orders"], found.architecture.queues["mail"]
    assert (orders.acceptable_delay, orders.message_takes) == (30, 2)
    assert (orders.attempts, orders.keep, orders.order, orders.dead_letters) == (5, 345_600, "none", 1_209_600)
    assert (mail.attempts, mail.keep) == (3, 86_400)
    assert found.origins["queues.orders.attempts"].why
    assert found.origins["queues.mail.attempts"].line == 5
    assert not [path for path in found.origins if "*" in path]


def test_an_environment_changes_one_number_of_one_queue(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        f"{HEAD}queues: {{orders: {{{ORDERS}}}}}\n"
        f"environments: {{dev: {{queues: {{orders: {{attempts: 2}}}}}}, prod: {{}}}}\n"
    )
    dev, prod = (load(path, environment=name).architecture for name in ("dev", "prod"))
    assert dev and prod
    assert (dev.queues["orders"].attempts, prod.queues["orders"].attempts) == (2, 5)


def test_an_entry_of_an_environments_own_needs_its_required_fields(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        f"{HEAD}queues: {{orders: {{{ORDERS}}}}}\nenvironments: {{dev: {{queues: {{other: {{attempts: 2}}}}}}}}\n"
    )
    fields = {problem.path.rpartition(".")[2] for problem in load(path).problems if problem.code == "TF-V002"}
    assert fields == {"message_takes", "acceptable_delay"}


def test_without_queues_there_are_none(tmp_path: Path) -> None:
    found = resolve("", tmp_path)
    assert found.architecture is not None and found.architecture.queues == {}


@pytest.mark.parametrize(
    ("queue", "code"),
    [
        ("{orders: {acceptable_delay: 30s}}", "TF-V002"),
        ("{orders: {acceptable_delay: 30s, message_takes: 3h}}", "TF-V015"),
        ("{orders: {acceptable_delay: 30s, message_takes: 2}}", "TF-V004"),
        ("{orders: {acceptable_delay: 15d, message_takes: 2s}}", "TF-V015"),
        (f"{{orders: {{{ORDERS}, keep: 15d}}}}", "TF-V015"),
        (f"{{orders: {{{ORDERS}, keep: 30s}}}}", "TF-V015"),
        (f"{{orders: {{{ORDERS}, attempts: 0}}}}", "TF-V015"),
        (f"{{orders: {{{ORDERS}, attempts: 1001}}}}", "TF-V015"),
        (f"{{orders: {{{ORDERS}, order: lifo}}}}", "TF-V014"),
        (f"{{orders: {{{ORDERS}, dead_letter: 14d}}}}", "TF-V001"),
        (f"{{Orders: {{{ORDERS}}}}}", "TF-V016"),
        (f"{{order-confirmations-by-mail: {{{ORDERS}}}}}", "TF-V016"),
        (f"{{{', '.join(f'q{n}: {{{ORDERS}}}' for n in range(10, 31))}}}", "TF-V015"),
        ("{orders: {acceptable_delay: 1s, message_takes: 2s}}", "TF-R140"),
        ("{orders: {acceptable_delay: 2d, message_takes: 2s, keep: 1d}}", "TF-R141"),
        (f"{{orders: {{{ORDERS}, dead_letters: 1d}}}}", "TF-R142"),
        (f"{{orders: {{{ORDERS}, deduplicate: by-id}}}}", "TF-R143"),
    ],
)
def test_what_cannot_work_is_refused_at_its_place(queue: str, code: str, tmp_path: Path) -> None:
    found = resolve(f"queues: {queue}\n", tmp_path)
    errors = [problem for problem in found.problems if problem.is_error]
    assert [problem.code for problem in errors] == [code], errors
    assert errors[0].line == 5 and errors[0].message
    assert found.architecture is None


def test_fifo_forgets_the_age_so_dead_letters_may_be_kept_for_less(tmp_path: Path) -> None:
    assert codes(f"queues: {{orders: {{{ORDERS}, order: fifo, dead_letters: 1d}}}}\n", tmp_path) == []


def test_a_queue_before_its_stage_is_taken_by_name(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(HEAD.replace("with: [queues]\n", "") + f"queues: {{orders: {{{ORDERS}}}}}\n")
    [problem] = [problem for problem in load(path).problems if problem.is_error]
    assert "with: [queues]" in problem.hint and "6 (distributed)" in problem.message


@pytest.mark.parametrize(
    ("said", "column"), [("env: {QUEUE_ORDERS_URL: x}", 62), ("secrets: [A, QUEUE_ORDERS_URL]", 69)]
)
def test_the_address_of_a_queue_is_the_stacks(said: str, column: int, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(HEAD.replace("true}", f"true, {said}}}") + f"queues: {{orders: {{{ORDERS}}}}}\n")
    [problem] = load(path).problems
    assert (problem.code, problem.line, problem.column) == ("TF-R144", 4, column)
    assert "of the queue" in problem.message and "queue orders" in problem.message
