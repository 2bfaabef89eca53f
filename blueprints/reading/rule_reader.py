"""Reads `rules` and `limits` of a house's rule file as rules about fields, and reports what is wrong with them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.blueprints.grammar.lookup import Kind
from tenfold.blueprints.grammar.targets import Target, is_pattern, paths, targets
from tenfold.blueprints.origin import HOUSE_RULES, Origin
from tenfold.blueprints.reading.field_rules import ALL_STAGES, ORDERED, FieldRule
from tenfold.blueprints.reading.house_words import ALWAYS, ONLY_IN_BLUEPRINTS
from tenfold.blueprints.reading.reader import read_one
from tenfold.blueprints.reading.translate import problem_of
from tenfold.blueprints.reading.validation import Accepted
from tenfold.blueprints.source.document import Route, Source
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at
from tenfold.blueprints.source.words import nearest, one_of

_DEMANDS = ("default", *ORDERED, "allowed", "forbidden", "matches", "set")
_TEXTS = ("str", "Spelled", "choice", "any")  # kinds of which a pattern may be allowed or forbidden
_INSTANCES = (
    "server.instance", "fleet.instance", "fleet.alternatives", "workers.instance",
    "kubernetes.instance", "database.instance", "database.replicas.instance", "cache.node",
    "services.*.instance", "services.*.data.instance",
)  # fmt: skip
# What each limit asks, of which fields: limit -> code, what it is in a rule, fields.
_LIMITS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "regions": ("TF-H001", "allowed", ("region", "regions.standby.region")),
    "instances": ("TF-H002", "allowed", _INSTANCES),
    "servers": ("TF-H003", "most", ("fleet.servers", "workers.servers")),
    "budget": ("TF-H004", "most", ("budget",)),
}


def read_rules(source: Source, accepted: Accepted) -> tuple[list[FieldRule], list[Problem]]:
    """The rules of a rule file, in the order in which they are judged, and what is wrong with them. One of which a part
    was refused is left out: without its `when` it would be for all."""
    reader = _Reader(source)
    rules, problems = list(reader.limits(accepted.values.get("limits") or {})), reader.problems
    refused = {route[1] for route in accepted.broken if route[0] == "rules" and len(route) > 1}
    for name, rule in (accepted.values.get("rules") or {}).items():
        if name in refused:
            continue
        reader = _Reader(source)
        read = list(reader.rule(name, rule))
        rules += [] if reader.problems else read
        problems += reader.problems
    return rules, problems


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def limits(self, limits: Mapping[str, Any]) -> Iterator[FieldRule]:
        for limit, (code, asks, fields) in _LIMITS.items():
            if limits.get(limit) is not None:
                value = tuple(limits[limit]) if isinstance(limits[limit], list) else limits[limit]
                at = self._place("limits", limit)
                yield from (
                    FieldRule(f"limits.{limit}", code, at, target, asks={asks: value})
                    for path in fields
                    for target in targets(path)
                )
        for number, path in enumerate(limits.get("must_say") or ()):
            at = ("limits", "must_say", str(number))
            for target in self._targets(path, at):
                yield FieldRule("limits.must_say", "TF-H005", self._place(*at), target, asks={"set": ALWAYS})

    def rule(self, name: str, rule: Mapping[str, Any]) -> Iterator[FieldRule]:
        at, when = ("rules", name), rule.get("when") or {}
        asked = [key for key in _DEMANDS if rule.get(key) is not None]
        if not asked:
            self._refuse(at, "The rule asks for nothing.", f"Set one of {', '.join(_DEMANDS)}.", key=True)
        for target in self._targets(rule["field"], (*at, "field")):
            asks = {key: self._demand(key, rule[key], target, (*at, key)) for key in asked}
            reason = rule["reason"].strip()
            yield FieldRule(
                name, "TF-H009", self._place(*at), target, reason, when.get("env") or (),
                when.get("stage") or ALL_STAGES, asks, self._origin((*at, "default"), reason),
                rule.get("level") == "warning",
            )  # fmt: skip

    def _targets(self, pattern: str, at: Route) -> list[Target]:
        meant = targets(pattern)
        if not meant:
            message, near = f"There is no field `{pattern}`.", nearest(pattern, paths(), 3)
            hint = (
                f"Did you mean {one_of(near)}?" if near else "`tenfold explain FILE` lists the fields of a blueprint."
            )
            if pattern.startswith("environments."):
                hint = "Name the environment under `when`: {env: prod}."
            self.problems.append(problem_at(self.source, "TF-H011", at, message, hint))
        return meant

    def _demand(self, key: str, value: Any, target: Target, at: Route) -> Any:
        """The value of one demand in base units of the field."""
        if key == "set":
            return value
        if target.is_section:
            hint = "Name a field in it; a section can only be `set: always` or `set: never`."
            return self._refuse(at, f"`{target.path}` is a section and has no value.", hint, key=True)
        if key == "matches":
            return value
        if key == "default":
            return self._default(value, target, at)
        if key in ORDERED:
            return self._bound(key, value, target, at)
        listed = value if isinstance(value, list) else [value]
        places = [(*at, str(number)) for number in range(len(listed))] if isinstance(value, list) else [at]
        if not listed:
            self._refuse(at, "The list is empty.", "Name the values.")
        return tuple(self._read(target.kind, each, place) for each, place in zip(listed, places, strict=True))

    def _default(self, value: Any, target: Target, at: Route) -> Any:
        if any(is_pattern(part) and part != "*" for part in target.route):
            self._refuse(at, "A default is for one name, or for all.", "Write `*` for all names in `field`.", key=True)
        if target.route in ONLY_IN_BLUEPRINTS:
            message, hint = f"House rules cannot set `{target.path}`.", ONLY_IN_BLUEPRINTS[target.route]
            self.problems.append(problem_at(self.source, "TF-H006", at, message, hint, key=True))
        read = self._read(target.field.kind, value, at)
        return tuple(read) if isinstance(read, list) else read

    def _bound(self, key: str, value: Any, target: Target, at: Route) -> Any:
        read = self._read(target.kind, value, at)
        ends = read if isinstance(read, tuple) else (read, read)
        if self.problems:
            return None
        if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
            return self._refuse(at, f"`{target.path}` has no order.", "Use `allowed` or `forbidden`.", key=True)
        return ends[0] if key == "least" else ends[1]

    def _read(self, kind: Kind, value: Any, place: Route) -> Any:
        if is_pattern(value) and kind["is"] in _TEXTS:
            return value  # a pattern over texts
        read, refused = read_one(kind, value, place)
        self.problems += [problem_of(self.source, refusal, "Rules")[0] for refusal in refused]
        return read

    def _origin(self, at: Route, reason: str) -> Origin | None:
        span = self.source.values.get(at)
        return span and Origin(HOUSE_RULES, self.source.file, span.line, span.column, self.source.text(span), reason)

    def _refuse(self, at: Route, message: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(problem_at(self.source, "TF-H012", at, message, hint, key=key))

    def _place(self, *route: str) -> str:
        span = self.source.span(route, key=True)
        return f"{self.source.file}:{span.line}:{span.column}" if span else self.source.file
