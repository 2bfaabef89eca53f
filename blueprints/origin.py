"""Where a value comes from."""

from typing import Final

from tenfold.blueprints.value import Value

STAGE: Final = "stage"
SIZING: Final = "sizing"
HOUSE_RULES: Final = "house rules"
BLUEPRINT: Final = "blueprint"
ENVIRONMENT: Final = "environment"
COMMAND_LINE: Final = "command line"


class Origin(Value):
    """`why` is the default's reason, or a rule's arithmetic; `text` is the value as written."""

    kind: str  # one of the above, the weakest first
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    why: str = ""

    @property
    def is_set(self) -> bool:
        """Whether a person set it in a file: the blueprint or the house rules."""
        return self.kind in (HOUSE_RULES, BLUEPRINT, ENVIRONMENT)

    @property
    def is_default(self) -> bool:
        """Whether it is a stage's default, which a sizing rule may still replace."""
        return self.kind == STAGE
