"""The local cloud's AWS: Pulumi resource types served by making the API calls, from a table of data (see table.py)."""

from tenfold.local.aws.convert import UNKNOWN, Failure
from tenfold.local.aws.handlers import Handlers
from tenfold.local.provider.errors import InitFailed, RequestFailed

__all__ = ["UNKNOWN", "Failure", "Handlers", "InitFailed", "RequestFailed"]
