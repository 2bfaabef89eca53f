"""What the application finds in its environment: settings of the blueprint, and of every tier."""

from tenfold.components.plans import contract
from tenfold.components.settings import Settings, SettingsArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.tier import Tier


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
    if stores.former_host_secrets:
        args["former_host_secrets"] = list(stores.former_host_secrets)
    return Settings(at.name("settings"), args, at.options)
