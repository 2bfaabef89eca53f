"""Where sessions live, from stage 3."""

from tenfold.blueprints.choices import SessionStore
from tenfold.blueprints.grammar.fields import Section, optional


class Sessions(Section):
    store: SessionStore | None = optional("Where sessions live.", "restart")
    signing_key: int | None = optional(
        "Generation of the key that signs tokens. Increase it by one to rotate the key.", "restart", ge=1, le=1000
    )
