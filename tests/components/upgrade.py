"""The component of docs/upgrading-a-component.md, in its two versions, as programs: the page's own code is run."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "upgrading-a-component.md"
FIRST, SECOND = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
ALIKE = SECOND.replace("state_migrations=[by_kind]", "")
"""The second version by one who did not think of the stacks there are."""


def names(code: str) -> dict[str, Any]:
    made: dict[str, Any] = {"__name__": "upgrade"}
    exec(compile(code, str(PAGE), "exec"), made)
    return made


def program(code: str, kinds: Sequence[str]) -> Callable[[], None]:
    """A program with one `Archive` of these kinds."""

    def run() -> None:
        import pulumi
        import pulumi_aws as aws

        here = aws.Provider("here", region="us-east-1")
        names(code)["Archive"]("archive", list(kinds), pulumi.ResourceOptions(providers=[here]))

    return run
