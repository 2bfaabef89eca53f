"""Residency: groups of tenants whose data stays in some regions. docs/residency.md"""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.grammar.forms import Spelled

TenantGroup = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9-]{0,38}[a-z0-9]", "a name",
    "2 to 40 lower-case letters, digits and hyphens, starting with a letter: eu-users.", 40,
)]  # fmt: skip
AllowedRegions = Annotated[list[str], Field(min_length=1, max_length=20)]
