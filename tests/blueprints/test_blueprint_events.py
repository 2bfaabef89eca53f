"""Events in a blueprint: which queues receive what, and what EventBridge would refuse."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.grammar.patterns import complaints
from tenfold.blueprints.resolve import Resolution, load

HEAD = """name: shop
stage: 5
with: [queues, events]
app: {image: ghcr.io/acme/shop:1.4.2, stateless: true}
queues:
  orders: {acceptable_delay: 30s, message_takes: 2s}
  mail: {acceptable_delay: 5m, message_takes: 2s}
  commands: {acceptable_delay: 5m, message_takes: 2s, order: fifo}
"""


def resolve(text: str, tmp_path: Path) -> Resolution:
    path = tmp_path / "shop.yaml"
    path.write_text(HEAD + text)
    return load(path)


def test_a_queue_is_enough_and_the_rest_has_a_reason(tmp_path: Path) -> None:
    found = resolve("events: {order-placed: {to: [orders, mail]}, paid: {to: [mail], keep: none}}\n", tmp_path)
    assert found.architecture is not None, found.problems
    placed, paid = found.architecture.events["order-placed"], found.architecture.events["paid"]
    assert (placed.to, placed.filters, placed.keep) == (("orders", "mail"), {}, 14)
    assert paid.keep is None
    assert found.origins["events.order-placed.keep"].why


def test_a_filter_is_kept_as_eventbridge_reads_it(tmp_path: Path) -> None:
    text = "{country: [de], by: {card: [true, null]}, 'a.b': [{prefix: x}]}"
    found = resolve(f"events: {{paid: {{to: [mail], filter: {{mail: {text}}}}}}}\n", tmp_path)
    assert found.architecture is not None, found.problems
    pattern = json.loads(found.architecture.events["paid"].filters["mail"])
    assert pattern == {"country": ["de"], "by": {"card": [True, None]}, "a.b": [{"prefix": "x"}]}


@pytest.mark.parametrize(
    ("event", "code", "words"),
    [
        ("{paid: {to: [ordres]}}", "TF-R170", "Did you mean orders?"),
        ("{paid: {to: [nothing-alike]}}", "TF-R170", "The queues are orders, mail, commands."),
        ("{paid: {to: [commands]}}", "TF-R171", "one group"),
        ("{paid: {to: [commands], via: topic}}", "TF-R171", "no subscription of a FIFO queue"),
        ("{paid: {to: [mail], via: fifo-topic}}", "TF-R171", "queues: {mail: {order: fifo}}"),
        ("{paid: {to: [mail], via: sns}}", "TF-V014", "topic"),
        ("{paid: {to: [mail], via: topic, keep: 3d}}", "TF-R245", "`via: bus`"),
        ("{paid: {to: [mail], via: topic, filter: {mail: {a: [{wildcard: x*}]}}}}", "TF-R246", "`wildcard`"),
        (
            "{paid: {to: [mail], via: topic, filter: {mail: {a: [{prefix: {equals-ignore-case: x}}]}}}}",
            "TF-R246",
            "there",
        ),
        ("{paid: {to: [mail], via: topic, filter: {mail: {a: [{numeric: [=, 2e9]}]}}}}", "TF-R246", "1,000,000,000"),
        (
            "{paid: {to: [mail], via: topic, filter: {mail: {a: [1], b: [1], c: [1], d: [1], e: [1], f: [1]}}}}",
            "TF-R246",
            "6 fields",
        ),
        (
            "{paid: {to: [mail], via: topic, filter: {mail: {a: [1, 2, 3, 4], b: {c: [1, 2, 3, 4, 5, 6, 7]}}}}}",
            "TF-R246",
            "multiply to 168",
        ),
        ("{paid: {to: [mail, orders, mail]}}", "TF-R172", "twice"),
        ("{paid: {to: [mail], filter: {orders: {country: [de]}}}}", "TF-R173", "filter: {mail: {country: [de, at]}}"),
        ("{paid: {to: []}}", "TF-V015", "At least 1"),
        ("{paid: {}}", "TF-V002", "to: [orders]"),
        ("{paid: {to: [mail], keep: 12h}}", "TF-V004", "whole days"),
        ("{paid: {to: [mail], keep: 0d}}", "TF-V015", "from 1d"),
        ("{Paid: {to: [mail]}}", "TF-V016", "order-placed"),
        ("{paid-to-bank: {to: [mail]}}", "TF-V016", "without a part `to`"),
        ("{paid: {to: [mail], filter: {mail: {country: de}}}}", "TF-V095", "such as [de]"),
        ("{paid: {to: [mail], filter: {mail: {}}}}", "TF-V095", "must be fields"),
        ("{paid: {to: [mail], filter: {mail: {a: [{like: x}]}}}}", "TF-V095", "no operator `like`"),
        (f"{{paid: {{to: [mail], filter: {{mail: {{a: [{'x' * 4000}]}}}}}}}}", "TF-V095", "4,000"),
    ],
)
def test_what_cannot_work_is_refused_at_its_place(event: str, code: str, words: str, tmp_path: Path) -> None:
    found = resolve(f"events: {event}\n", tmp_path)
    errors = [problem for problem in found.problems if problem.is_error]
    assert [problem.code for problem in errors] == [code], errors
    assert errors[0].line == 9 and words in f"{errors[0].message} {errors[0].hint}"


def test_a_topic_keeps_nothing_by_itself_and_takes_what_a_bus_takes_within_its_limits(tmp_path: Path) -> None:
    filter = "{total: [{numeric: ['>', 10]}], country: [de, at], by: {card: [{exists: true}]}}"
    moved = "{to: [commands], via: fifo-topic, keep: none}"
    text = f"events: {{paid: {{to: [mail], via: topic, filter: {{mail: {filter}}}}}, moved: {moved}}}\n"
    found = resolve(text, tmp_path)
    assert found.architecture is not None, found.problems
    events = found.architecture.events
    assert {name: (event.via, event.keep) for name, event in events.items()} == {
        "paid": ("topic", None),
        "moved": ("fifo-topic", None),
    }
    assert found.architecture.bus_events == {}


def test_every_mistake_of_a_filter_is_told_at_once(tmp_path: Path) -> None:
    filter = "{country: de, total: [{numeric: ['>', ten]}], ip: [{cidr: 10.0.0.300/8}]}"
    [problem] = resolve(f"events: {{paid: {{to: [mail], filter: {{mail: {filter}}}}}}}\n", tmp_path).problems
    assert all(f"`{field}`" in problem.message for field in ("country", "total", "ip"))


@pytest.mark.parametrize(
    "operator",
    [
        {"prefix": "eu-"}, {"prefix": {"equals-ignore-case": "EU-"}}, {"suffix": ".png"}, {"exists": False},
        {"equals-ignore-case": "berlin"}, {"wildcard": "a*z"}, {"cidr": "10.0.0.0/24"}, {"cidr": "2001:db8::/32"},
        {"anything-but": "x"}, {"anything-but": [1, 2]}, {"anything-but": {"prefix": ["a", "b"]}},
        {"numeric": ["=", 3.5]}, {"numeric": [">", 0, "<=", 5]},
    ],
    ids=str,
)  # fmt: skip
def test_every_comparison_of_eventbridge_is_taken(operator: dict[str, object]) -> None:
    assert list(complaints({"detail": {"field": [operator, "or this"]}})) == []
    assert list(complaints({"$or": [{"a": [operator]}, {"b": ["x"]}]})) == []


@pytest.mark.parametrize(
    "operator",
    [
        {"prefix": ""}, {"prefix": 3}, {"exists": "yes"}, {"wildcard": "a**z"}, {"cidr": "10.0.0.1"},
        {"numeric": [">"]}, {"numeric": [">", 5, "<", 5]},
        {"numeric": ["<", 1, ">", 0]}, {"numeric": ["=", 6e9]}, {"numeric": ["!=", 1]},
        {"anything-but": ["a", 1]}, {"anything-but": {"numeric": [1]}}, {"anything-but": None}, {},
        {"prefix": "a", "suffix": "b"},
    ],
    ids=str,
)  # fmt: skip
def test_a_comparison_that_eventbridge_refuses_is_refused(operator: dict[str, object]) -> None:
    assert list(complaints({"field": [operator]}))
    assert list(complaints({"$or": [{"a": [operator]}, {"b": ["x"]}]}))


scalars = st.none() | st.booleans() | st.text(max_size=5) | st.integers(-(10**12), 10**12) | st.floats()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


@given(anything)
def test_no_value_breaks_the_check(value: object) -> None:
    """A sentence each, and what passes can be written as JSON that AWS reads."""
    found = list(complaints(value))
    assert all(isinstance(text, str) and text for text in found)
    if not found:
        json.dumps(value, allow_nan=False)


def service(tmp_path: Path, listens_to: str, more: str = "") -> Resolution:
    path = tmp_path / "shop.yaml"
    said = f"{{image: 'ghcr.io/acme/mail:1.0.0', route: /mail/*, listens_to: {listens_to}{more}}}"
    head = HEAD.replace("stage: 5\nwith: [queues, events]", "stage: 6")
    path.write_text(f"{head}events: {{paid: {{to: [orders]}}}}\nservices: {{mail: {said}}}\n")
    return load(path)


def test_a_service_listens_by_the_queue_of_its_name_and_jobs_leave_that_alone(tmp_path: Path) -> None:
    resolution = service(tmp_path, "[paid]")
    found = resolution.architecture
    assert found, resolution.problems
    assert found.events["paid"].to == ("orders", "mail")
    assert set(found.job_queues) == {"orders", "commands"}
    resolution = service(tmp_path, "[paid]", ", retired: true, data: {engine: bucket}")
    retired = resolution.architecture
    assert retired, resolution.problems
    assert retired.events["paid"].to == ("orders",) and set(retired.job_queues) == set(retired.queues)


@pytest.mark.parametrize(
    ("listens_to", "more", "code", "words"),
    [
        ("[piad]", "", "TF-R175", "Did you mean paid?"),
        ("[paid]", ", was: post", "TF-R176", "There is no queue `post`"),
        ("[paid]", ", was: commands", "TF-R176", "keeps an order"),
    ],
)
def test_a_service_cannot_listen_to_nothing_or_by_no_queue(
    listens_to: str, more: str, code: str, words: str, tmp_path: Path
) -> None:
    problems = [p for p in service(tmp_path, listens_to, more).problems if p.is_error]
    assert [p.code for p in problems] == [code] and words in f"{problems[0].message} {problems[0].hint}"


def test_events_need_queues(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(HEAD.replace("[queues, events]", "[events]") + "events: {paid: {to: [mail]}}\n")
    assert {problem.code for problem in load(path).problems} >= {"TF-S007"}
