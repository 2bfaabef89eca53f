"""The forms of texts that AWS documents: those that are patterns stand in
`tenfold/providers/aws/limits/forms.yaml`, the others here. Each says in words what it is, and gives an example."""

import base64
import binascii
import datetime
import functools
import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any

import yaml

from tenfold.providers.aws import input_facts

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = 7 * 24 * 60


@functools.cache
def _file() -> dict[str, Any]:
    path = input_facts.DATA / "limits" / "forms.yaml"
    return yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@functools.cache
def of_rule(rule: str) -> str:
    """The form behind what the provider says of a wrong value (`rule` in aws-inputs.json); empty without one."""
    return next((form for prefix, form in _file()["rules"].items() if rule.startswith(prefix)), "")


def wrong(form: str, text: str) -> str:
    """What is wrong with a text; empty when nothing is. Raises KeyError for a form there is not."""
    rule = _file()["forms"][form]
    check = CHECKS.get(form)
    reason = check(text) if check else "" if re.fullmatch(rule["is"], text) else "no"
    if not reason:
        return ""
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    more = f" ({reason})" if reason != "no" else ""
    return f"{shown!r} is not {rule['says']}{more}, such as {rule['such_as']}"


def minutes(time: str) -> int | None:
    """Of a day, `hh:mm`; None for anything else."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", time)
    return int(match[1]) * 60 + int(match[2]) if match else None


def daily(text: str) -> tuple[int, int] | None:
    """`hh:mm-hh:mm` as minutes: (start, length)."""
    start, _, end = text.partition("-")
    first, last = minutes(start), minutes(end)
    return None if first is None or last is None else (first, (last - first) % (24 * 60))


def weekly(text: str) -> tuple[int, int] | None:
    """`ddd:hh:mm-ddd:hh:mm` as minutes of the week: (start, length)."""
    ends = []
    for part in text.lower().split("-"):
        day, _, time = part.partition(":")
        at = minutes(time)
        if day not in _DAYS or at is None:
            return None
        ends.append(_DAYS.index(day) * 24 * 60 + at)
    return (ends[0], (ends[1] - ends[0]) % _WEEK) if len(ends) == 2 else None


def overlap(backup: str, maintenance: str) -> bool:
    """Whether a daily and a weekly window have a minute in common."""
    day, week = daily(backup), weekly(maintenance)
    if day is None or week is None:
        return False
    starts = (day[0] + at * 24 * 60 for at in range(-1, 8))
    return any(
        start < end + turn and begin + turn < start + day[1]
        for start in starts
        for begin, end in [(week[0], week[0] + week[1])]
        for turn in (0, -_WEEK, _WEEK)
    )


def _window(read: Callable[[str], tuple[int, int] | None], least: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        read_window = read(text)
        if read_window is None:
            return "no"
        return f"it has {read_window[1]} minutes, {least} are needed" if read_window[1] < least else ""

    return check


def _network(version: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            return str(error).removeprefix(f"{text!r} ").replace("'", "") if "host bits" in str(error) else "no"
        return "" if "/" in text and (not version or network.version == version) else "no"

    return check


def _address(version: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            return "" if not version or ipaddress.ip_address(text).version == version else "no"
        except ValueError:
            return "no"

    return check


def _address_any(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return "no"
    return ""


def _json(text: str) -> str:
    try:
        json.loads(text)
    except ValueError as error:
        return str(error)
    return ""


def _policy(text: str) -> str:
    """What every policy has: IAM, JSON policy elements reference."""
    try:
        document = json.loads(text)
    except ValueError as error:
        return f"is not JSON: {error}"
    if not isinstance(document, dict) or "Statement" not in document:
        return "has no Statement"
    if document.get("Version", "2012-10-17") not in ("2012-10-17", "2008-10-17"):
        return f"Version is {document['Version']}, not 2012-10-17"
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            return "a statement's Effect is neither Allow nor Deny"
        if ("Action" in statement) == ("NotAction" in statement):
            return "a statement needs either Action or NotAction"
    return ""


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "no"
    return ""


def _timestamp(text: str) -> str:
    try:
        return "" if datetime.datetime.fromisoformat(text).tzinfo else "it has no time zone"
    except ValueError:
        return "no"


def _number(text: str) -> str:
    try:
        float(text)
    except ValueError:
        return "no"
    return ""


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        return str(error)
    return ""


CHECKS: dict[str, Callable[[str], str]] = {
    "network": _network(0),
    "ipv4 network": _network(4),
    "ipv6 network": _network(6),
    "ipv4 address": _address(4),
    "ipv6 address": _address(6),
    "address": _address_any,
    "json": _json,
    "policy": _policy,
    "base64": _base64,
    "timestamp": _timestamp,
    "number": _number,
    "regular expression": _regex,
    "daily window": _window(daily, 30),
    "daily hour": _window(daily, 60),
    "weekly window": _window(weekly, 30),
    "weekly hour": _window(weekly, 60),
}
