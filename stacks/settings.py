"""What the application finds in its environment: settings of the blueprint, and of every tier."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from tenfold.components.plans import contract
from tenfold.components.settings import SecretsOfArgs, Settings, SettingsArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.secret_values import APPLICATION, secret_values
from tenfold.stacks.tier import Tier


class SharedSecrets(TypedDict):
    secret_values: NotRequired[dict[str, pulumi.Input[str]]]
    secret_copies: NotRequired[dict[str, pulumi.Input[str]]]
    secrets_of: NotRequired[SecretsOfArgs]


def shared_secrets(ground: Ground, keys: Sequence[str], tier: str) -> SharedSecrets:
    """Secrets have the same value in all regions: a second one uses copies of the first one's."""
    at = ground.place
    if not at.primary:
        arns: dict[str, pulumi.Input[str]] = {key: at.here(f"{tier}-{key}") for key in keys}
        return {"secrets_of": {"name": f"{at.architecture.name}-{tier}", "arns": arns}}
    shared: SharedSecrets = {"secret_copies": ground.secret_copies} if ground.secret_copies and keys else {}
    values: dict[str, pulumi.Input[str]] = {**secret_values(keys, tier)}
    return {**shared, "secret_values": values} if values else shared


def secret_sources(settings: Settings, keys: Sequence[str], tier: str) -> Tier:
    """Where a second region finds them."""
    return Tier(sources={f"{tier}-{key}": _of(settings, key) for key in keys})


def _of(settings: Settings, key: str) -> pulumi.Output[str]:
    return settings.secret_arns.apply(lambda arns: arns[key])


def make_settings(ground: Ground, stores: Tier) -> Settings:
    at, architecture = ground.place, ground.place.architecture
    own = {
        **contract.application(architecture.name, architecture.environment, at.region, architecture.app.port),
        **contract.sessions(architecture.sessions.store),
    }
    args: SettingsArgs = {
        **at.keeping,
        "application": architecture.name,
        "environment": architecture.environment,
        "values": contract.join(architecture.app.env, own, stores.settings),
        "secrets": list(architecture.app.secrets),
        "host_secrets": list(stores.host_secrets),
        "kms_key_arn": ground.encryption.key_arn,
    }
    args = {**args, **shared_secrets(ground, architecture.app.secrets, APPLICATION)}
    if stores.former_host_secrets:
        args["former_host_secrets"] = list(stores.former_host_secrets)
    return Settings(at.name("settings"), args, at.options)
