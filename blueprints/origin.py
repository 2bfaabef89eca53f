"""Where a value comes from."""

from blueprints.value import Value


class Origin(Value):
    """`why` is the default's reason, or a rule's arithmetic; `text` what was written."""

    kind: str  # stage | sizing | house rules | blueprint | environment | command line
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    why: str = ""
