"""The provider packages that the local cloud serves, each by the `Handlers` of `tenfold.local.<name>`."""

import importlib
from typing import Any, NamedTuple


class Package(NamedTuple):
    distribution: str  # its Python SDK: the provider answers with this version
    region: str  # where a resource is unless the provider's configuration or the resource sets it
    replacing: tuple[str, ...]  # settings of the provider that, when they change, replace every resource


PACKAGES = {"aws": Package(distribution="pulumi-aws", region="us-east-1", replacing=("region",))}


def of(token: str) -> str:
    """`aws:ec2/vpc:Vpc` -> `aws`."""
    return token.partition(":")[0]


def handlers(package: str, endpoint: str, provider: str = "") -> Any:
    """The package's verbs over the local cloud at `endpoint`. Imported here: a provider answers the engine first."""
    return importlib.import_module(f"tenfold.local.{package}").Handlers(endpoint=endpoint, provider=provider)
