"""Values of secrets that the stack's configuration holds, encrypted: `pulumi config set --secret tenfold:STRIPE_KEY`,
or an environment of Pulumi ESC. Those of a service have its name before theirs: `tenfold:search.INDEX_KEY`."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tenfold.blueprints.architecture import Architecture
from tenfold.components.parts.names import secret_value_name

if TYPE_CHECKING:
    import pulumi

NAMESPACE = "tenfold"
APPLICATION = "settings"  # the tier of the application's own


def tier_of(service: str) -> str:
    return f"service-{service}-settings"


def secret_values(keys: Sequence[str], tier: str) -> "dict[str, pulumi.Output[str]]":
    """By key; without those that the configuration does not have, whose owner fills them."""
    import pulumi  # late: `stand_ins` is asked before a recorder stands in for it

    config = pulumi.Config(NAMESPACE)
    values = {key: config.get_secret(_config_key(key, tier)) for key in keys}
    return {key: value for key, value in values.items() if value is not None}


def stand_ins(architecture: Architecture, deployed: Collection[str]) -> dict[str, str]:
    """The configuration of a plan of a stack that has resources of these names. A plan knows no configuration: without
    them it would take away each value that the last run has put there."""
    return {
        f"{NAMESPACE}:{_config_key(key, tier)}": key
        for tier, keys in _tiers(architecture)
        for key in keys
        if secret_value_name(f"{architecture.name}-{tier}", key) in deployed
    }


def unknown(architecture: Architecture, configuration: Iterable[str]) -> list[str]:
    """Keys of the configuration that look like a secret's, and are none of the blueprint's: nobody reads them."""
    known = _known(architecture)
    return sorted(key for key in configuration if re.fullmatch(rf"{NAMESPACE}:.*[A-Z].*", key) and key not in known)


def in_clear(architecture: Architecture, configuration: Mapping[str, Any]) -> list[str]:
    """Keys of secrets that were set without `--secret`: an encrypted value is a mapping."""
    return sorted(
        key for key in _known(architecture) & configuration.keys() if not isinstance(configuration[key], dict)
    )


def _known(architecture: Architecture) -> set[str]:
    return {f"{NAMESPACE}:{_config_key(key, tier)}" for tier, keys in _tiers(architecture) for key in keys}


def _tiers(architecture: Architecture) -> Iterator[tuple[str, Sequence[str]]]:
    yield APPLICATION, architecture.app.secrets
    yield from ((tier_of(service.known_as), service.secrets) for service in architecture.services.values())


def _config_key(key: str, tier: str) -> str:
    service = tier.removeprefix("service-").removesuffix("-settings")
    return key if tier == APPLICATION else f"{service}.{key}"
