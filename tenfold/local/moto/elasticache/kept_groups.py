"""ElastiCache's groups that moto does not have, kept on its backend object, so that a reset of moto forgets them."""

from typing import Any

from tenfold.local.moto.patching import Response
from tenfold.local.moto.refusal import Refused

Kept = dict[str, Any]


def groups_of_kind(self: Response, kind: str) -> dict[str, Kept]:
    return self.elasticache_backend.__dict__.setdefault(f"kept_{kind}", {})


def kept_one(self: Response, kind: str, key: str, fault: str) -> Kept:
    groups = groups_of_kind(self, kind)
    if key not in groups:
        raise Refused(fault, f"{key} does not exist")
    return groups[key]


def arn_of(self: Response, kind: str, name: str) -> str:
    return f"arn:aws:elasticache:{self.region}:{self.current_account}:{kind}:{name}"
