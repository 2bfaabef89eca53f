"""What a house asks of a field of a blueprint: a rule of its `tenfold-rules.yaml`, or a limit, which is one too.

    rules:
      backups-in-production:
        field: database.backups.keep
        when: {env: prod, stage: ">=2"}
        least: 14d
        reason: The auditors ask for two weeks.

A rule of several fields (`*.instance`) is one `FieldRule` for each, with its values in that field's base units.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from typing import Any

from tenfold.blueprints.grammar.spelling import written_value
from tenfold.blueprints.grammar.targets import Target
from tenfold.blueprints.origin import Origin
from tenfold.blueprints.reading.house_words import ALWAYS, NEVER
from tenfold.blueprints.source.words import one_of
from tenfold.blueprints.value import Value

ORDERED = ("least", "most")
ALL_STAGES = (1, 7)

_SAYS = {
    "default": "{} unless it is set",
    "least": "at least {}",
    "most": "at most {}",
    "allowed": "{}",
    "forbidden": "anything but {}",
    "matches": "what matches {}",
}
_SETS = {ALWAYS: "a blueprint must set it", NEVER: "a blueprint must not set it"}


class FieldRule(Value):
    """`place` is file:line:column of the rule. `asks` is what it asks for, as the rule file names it, in base units."""

    name: str
    code: str  # of a value that it refuses
    place: str
    target: Target
    reason: str = ""
    environments: tuple[str, ...] = ()  # patterns; none means all, and the top of a file
    stages: tuple[int, int] = ALL_STAGES
    asks: Mapping[str, Any] = field(default_factory=dict)
    default: Origin | None = None  # where its default is written
    is_warning: bool = False  # it is said, and stops nothing

    def applies(self, environment: str | None, stage: int) -> bool:
        """Whether it is for this environment and stage. The top of a file has no environment."""
        if not self.stages[0] <= stage <= self.stages[1]:
            return False
        return not self.environments or any(fnmatchcase(environment or "", pattern) for pattern in self.environments)

    def refusal(self, value: Any) -> str:
        """What it allows instead of a value, or of one item of a list; empty where the value is allowed."""
        return next((self._say(name) for name in self.asks if name in _REFUSES and _REFUSES[name](self, value)), "")

    def _say(self, name: str) -> str:
        asked = self.asks[name]
        if name == "default":
            return _SAYS[name].format(written_value(self.target.field, asked))
        if name == "matches":
            return _SAYS[name].format(asked)
        return _SAYS[name].format(
            one_of(map(self._written, asked)) if isinstance(asked, tuple) else self._written(asked)
        )

    def _written(self, value: Any) -> str:
        is_end = self.target.kind.get("unit") == "range" and not isinstance(value, tuple)
        return written_value(self.target.field._replace(kind=self.target.kind), (value, value) if is_end else value)

    @property
    def words(self) -> str:
        """What it asks: `at least 14d`."""
        demands = [self._say(name) for name in _SAYS if name in self.asks]
        return ", ".join([*demands, *([_SETS[self.asks["set"]]] if "set" in self.asks else [])])

    @property
    def because(self) -> str:
        """` The auditors ask for two weeks.`, to stand behind a sentence; empty for a rule without a reason."""
        return f" {self.reason[0].upper()}{self.reason[1:].rstrip('.')}." if self.reason else ""

    @property
    def where(self) -> str:
        """`in prod, from stage 2`; empty for a rule that is for all."""
        low, high = self.stages
        stages = f"at stages {low} to {high}" if low < high else f"at stage {low}"
        if high == ALL_STAGES[1]:
            stages = f"from stage {low}" if low > 1 else ""
        return ", ".join(filter(None, [f"in {one_of(self.environments)}" if self.environments else "", stages]))


def _ends(value: Any) -> tuple[float | None, float | None]:
    """The smallest and the largest of a value; None for a value that is not a number, such as `none`."""
    low, high = value if isinstance(value, tuple) else (value, value)
    return _number(low), _number(high)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _is_below(rule: FieldRule, value: Any) -> bool:
    smallest, _ = _ends(value)
    return smallest is None or smallest < rule.asks["least"]


def _is_above(rule: FieldRule, value: Any) -> bool:
    _, largest = _ends(value)
    return largest is not None and largest > rule.asks["most"]


def _is_like(value: Any, pattern: Any) -> bool:
    if isinstance(value, str) and isinstance(pattern, str):
        return fnmatchcase(value, pattern)
    return value == pattern and isinstance(value, bool) == isinstance(pattern, bool)


# What a value must not be: demand -> whether it does not fulfil it.
_REFUSES = {
    "least": _is_below,
    "most": _is_above,
    "allowed": lambda rule, value: not any(_is_like(value, each) for each in rule.asks["allowed"]),
    "forbidden": lambda rule, value: any(_is_like(value, each) for each in rule.asks["forbidden"]),
    "matches": lambda rule, value: not re.fullmatch(rule.asks["matches"], str(value)),
}
