"""A balancer that only one CDN may enter: CloudFront's addresses, and a secret in a header that only ours sends."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pulumi

from tenfold.components.parts.kept_secret import kept_secret
from tenfold.components.plans.choices import check_choice

# Where CloudFront's edges come from; AWS keeps the list. Anybody's distribution comes from there, hence the secret.
PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing"
HEADER = "X-Origin-Key"


class Entry(StrEnum):
    """Who may enter a balancer."""

    EVERYBODY = "everybody"
    BOTH = "both"
    """Everybody and the CDN: while names still point to the balancer."""
    CDN = "cdn"
    """Only the one distribution that sends the secret."""


def check_entry(args: Mapping[str, Any]) -> str:
    """The entry of a balancer's arguments. Raises ValueError for one that does not exist or that it cannot guard."""
    entry = check_choice("entry", args.get("entry", Entry.EVERYBODY), Entry).value
    if entry != "everybody" and args.get("kind", "application") == "network":
        raise ValueError("entry: a network balancer reads no headers, so it cannot know the CDN. Use kind application.")
    if entry != "everybody" and "kms_key_arn" not in args:
        raise ValueError("kms_key_arn: the secret that the CDN is known by must be encrypted; give the key.")
    return entry


def origin_secret(name: str, args: Mapping[str, Any], parent: pulumi.Resource) -> pulumi.Output[str]:
    """What the CDN says at the door. It is in Secrets Manager and, encrypted, in the state; in no output and no log."""
    if "origin_secret" in args:
        return pulumi.Output.secret(args["origin_secret"])
    secret = kept_secret(
        f"{name}-origin-key",
        lambda text: {"key": text},
        length=48,
        kms_key_arn=args["kms_key_arn"],
        throwaway=args.get("throwaway", False),
        tags=args.get("tags"),
        parent=parent,
    )
    return secret.field("key")


def condition(secret: pulumi.Output[str]) -> dict[str, Any]:
    """The condition of a listener rule."""
    return {"http_header": {"http_header_name": HEADER, "values": [secret]}}
