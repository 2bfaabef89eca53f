"""Where a value comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """`why` is the default's reason, or a rule's arithmetic; `text` what was written."""

    kind: str  # stage | sizing | house rules | blueprint | environment | command line
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    why: str = ""
