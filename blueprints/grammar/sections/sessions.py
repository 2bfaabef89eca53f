"""Where sessions live, from stage 3."""

from typing import Literal

from blueprints.grammar.fields import Section, said


class Sessions(Section):
    store: Literal["cache", "database", "tokens", "none"] | None = said("Where sessions live.", "restart")
    signing_key: int | None = said(
        "Generation of the key that signs tokens; one more rotates it.", "restart", ge=1, le=1000
    )
