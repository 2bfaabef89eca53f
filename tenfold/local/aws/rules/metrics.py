"""Metrics that are computed of others: of alarms (PutMetricAlarm) and of target tracking (PutScalingPolicy). Both want
ids that differ, expressions of metrics that are there, and one result."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.local.aws.convert import has_unknown
from tenfold.local.aws.rules.values import Violations

_ID = re.compile(r"\b[a-z]\w*\b(?!\s*\()")  # in an expression: a function's name is written large, a period is a number
_TEXT = re.compile(r"""'[^']*'|"[^"]*\"""")


def queries(listed: Any, path: str, *, returns: str, band: Any = None) -> Violations:
    """What is wrong with metric queries that are known; each of them alone is for the limits. `returns`: whether one
    returns data that does not say. `band`: the id of one that is a threshold, and returns data as well."""
    if not isinstance(listed, Sequence) or has_unknown(listed) or not all(isinstance(q, Mapping) for q in listed):
        return []
    ids = [str(query.get("id")) for query in listed]
    bad: Violations = [
        (f"{path}[{at}].id", f"{name!r} is there twice") for at, name in enumerate(ids) if name in ids[:at]
    ]
    for at, query in enumerate(listed):
        text = _TEXT.sub("", str(query.get("expression") or ""))
        if text.startswith("SELECT"):  # Metrics Insights names metrics itself
            continue
        if strange := [name for name in _ID.findall(text) if name not in ids]:
            bad.append((f"{path}[{at}].expression", f"{strange[0]} is none of the metrics {', '.join(ids)}"))
    data = {str(query.get("id")): str(query.get("returnData", returns)).lower() for query in listed}
    results = [name for name in ids if data[name] == "true" and name != band]
    if len(results) != 1:
        who = f"{', '.join(results)} return data" if results else "none returns data"
        bad.append((path, f"{who}: exactly one has returnData: true"))
    return bad
