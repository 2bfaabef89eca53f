"""Physical names of the few AWS things that Pulumi does not name by itself."""

import re

import pulumi

from tenfold.components.parts.names import digest


def unique_name(logical_name: str, limit: int) -> str:
    """`<logical name>-<stack>`: a fixed physical name that is unique among the environments of one account and region.

    Only for types without auto-naming (dashboards, cache users, final snapshots). Lower-case letters, digits and
    hyphens, which all of them accept. What is longer than `limit` characters keeps its beginning and ends in a hash of
    the whole, so that two long names never meet.
    """
    whole = f"{logical_name}-{pulumi.get_stack()}"
    plain = re.sub(r"[^a-z0-9]+", "-", whole.lower()).strip("-")
    if plain == whole and len(plain) <= limit:
        return plain
    return f"{plain[: limit - 7].rstrip('-')}-{digest(whole)}"
