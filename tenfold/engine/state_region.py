"""Whether a stack that outlives the loss of a region has its state there: the failover reads it, from anywhere."""

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tenfold.engine import backend, workspace

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.engine.workspace import Place


def at_risk(where: "Place", architecture: "Architecture") -> list[str]:
    """What of the state goes with the first region of a stack that has a second one, each a sentence.

    A bucket's region, and a key's, is what its URL says, else that of the credentials: AWS answers in no other.
    """
    if where.cloud or not architecture.standby:
        return []
    lost = architecture.region
    places = {"the state": where.backend, "the key of its secrets": workspace.secrets_provider(where)}
    return [
        f"{what} is in {lost} ({backend.public_url(url)}), the region that stage 7 is there to lose; without it no "
        "failover runs. Keep both in another region: docs/real-account.md"
        for what, url in places.items()
        if url.startswith(("s3://", "awskms://")) and _region(url) == lost
    ]


def _region(url: str) -> str:
    """>>> _region("awskms:///arn:aws:kms:eu-west-1:123456789012:key/k")
    'eu-west-1'
    """
    asked = parse_qs(urlsplit(url).query).get("region")
    if asked:
        return asked[-1]
    arn = re.search(r"arn:[\w-]+:kms:([\w-]+):", url)
    return arn[1] if arn else os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
