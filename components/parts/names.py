"""Names and tags: what a child is called, and the tags that every child carries."""

from collections.abc import Mapping
from typing import Any

# Pulumi's auto-naming appends "-" and seven hexadecimal digits to a logical name.
AUTO_NAME_SUFFIX = 8
# "You can add a maximum of 10 tags to a health check or a hosted zone": Route 53 API reference, ChangeTagsForResource.
ROUTE53_TAGS = 10


def tags_with_name(tags: Mapping[str, Any] | None, logical_name: str) -> dict[str, Any]:
    """The caller's tags and `Name`, the tag that AWS consoles show: always the logical name, so that a resource on a
    screen can be found in the program."""
    return {**(tags or {}), "Name": logical_name}


def route53_tags_with_name(tags: Mapping[str, Any] | None, logical_name: str) -> dict[str, Any]:
    """As `tags_with_name`, for a hosted zone or a health check: `Name` and the last nine of the caller's tags. Of a
    stack these are its own five, which say whose the resource is, and the last four of its blueprint's."""
    return tags_with_name(dict([*(tags or {}).items()][1 - ROUTE53_TAGS :]), logical_name)


def fitting(logical_name: str, limit: int) -> str:
    """A base for a physical name that still fits `limit` characters after auto-naming.

    Some AWS names are short (load balancers and target groups 32, replication groups 40), and the longest blueprint
    name is 24. A name that fits is returned as it is; a longer one keeps its beginning and ends in a hash of the whole,
    so that two long names never meet. The result depends on the logical name only.
    """
    room = limit - AUTO_NAME_SUFFIX
    if len(logical_name) <= room:
        return logical_name
    return f"{logical_name[: room - 7].rstrip('-')}-{digest(logical_name)}"


def digest(text: str) -> str:
    """Six hexadecimal digits that stand for a text in a name."""
    import hashlib  # late: OpenSSL takes 2 ms, and few names are too long

    return hashlib.sha256(text.encode()).hexdigest()[:6]


def slug(key: str) -> str:
    """A key as part of a logical name: STRIPE_KEY -> stripe-key."""
    return key.lower().replace("_", "-")


def secret_value_name(settings: str, key: str) -> str:
    """What holds the value of a secret that is configured, below the Settings of this name."""
    return f"{settings}-secret-{slug(key)}-value"
