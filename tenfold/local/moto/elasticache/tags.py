"""Tags of every kind of thing in ElastiCache: moto takes the ARNs of a few only."""

import re
from typing import Any

from moto.elasticache.models import ElastiCacheBackend

from tenfold.local.moto.patching import replace


@replace(ElastiCacheBackend, "__init__")
def elasticache_backend(original: Any, self: Any, *args: Any, **named: Any) -> None:
    original(self, *args, **named)
    kinds = "cluster|snapshot|subnetgroup|replicationgroup|user|usergroup|parametergroup"
    self.arn_regex = re.compile(rf"^arn:aws[\w-]*:elasticache:[^:]+:\d+:({kinds}):.+")
