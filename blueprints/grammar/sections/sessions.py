"""Where sessions live, from stage 3."""

from typing import Literal

from tenfold.blueprints.grammar.fields import Section, optional


class Sessions(Section):
    store: Literal["cache", "database", "tokens", "none"] | None = optional("Where sessions live.", "restart")
    signing_key: int | None = optional(
        "Generation of the key that signs tokens. Increase it by one to rotate the key.", "restart", ge=1, le=1000
    )
