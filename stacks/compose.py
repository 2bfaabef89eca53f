"""How together: an architecture becomes components. The same function for the engine, the recorders and the tests.

Each tier is one component right under the stack, with the same type and name in every stage that has it (design: stable
identity). A stage adds tiers and changes inputs; nothing that exists is wrapped or renamed.
"""

from typing import Any

import pulumi

from blueprints.architecture import Architecture
from components.budget import Budget
from components.encryption import Encryption
from components.network import Network
from components.notifications import Notifications
from components.plans import contract
from components.settings import Settings
from components.signals import Signals
from stacks import address, edge, hosts, observed, overrides, standing
from stacks.base import Base, base, stack_tag
from stacks.data import Data, data


def build(architecture: Architecture, used: bool = False) -> dict[str, Any]:
    """Constructs everything and returns the stack's outputs. `used`: whether an earlier run of the promotion under way
    had moved the data, which the stack remembers."""
    overrides.register(architecture.overrides)
    given = base(architecture)
    encryption = _encryption(given)
    network = _network(given, encryption)
    held = data(given, network, encryption)
    settings = _settings(given, encryption, held)
    front = edge.edge(given, network, encryption)
    topics = _notifications(given, encryption)
    running = hosts.hosts(given, network, encryption, held, front, settings, topics)
    addresses = address.point(given, front, running)
    signals = _signals(given, topics, observed.subjects(given, network, held, front, running))
    stands = standing.outputs(architecture, used)
    return {**addresses, **stands, **_outputs(network, held, front, running, settings, signals)}


def _encryption(given: Base) -> Encryption:
    replicas: dict[str, Any] = {"replicas": found} if (found := edge.regions(given.architecture)) else {}
    return Encryption(given.name("encryption"), given.keeping(**replicas), given.options)


def _network(given: Base, encryption: Encryption) -> Network:
    wanted = given.architecture.network
    args = given.keeping(
        cidr=wanted.cidr,
        zones=wanted.zones,
        nat=wanted.nat,
        private_hosts=given.architecture.fleet is not None,
        kms_key_arn=encryption.key_arn,
    )
    return Network(given.name("network"), args, given.options)


def _settings(given: Base, encryption: Encryption, held: Data) -> Settings:
    wanted = given.architecture
    values = {
        **wanted.app.env,
        **contract.application(wanted.name, wanted.environment, wanted.region, wanted.app.port),
        **contract.sessions(wanted.sessions.store),
        **held.settings,
    }
    args = given.keeping(
        application=wanted.name,
        environment=wanted.environment,
        values=values,
        secrets=list(wanted.app.secrets),
        host_secrets=held.host_secrets,
        kms_key_arn=encryption.key_arn,
    )
    if held.former_host_secrets:
        args["former_host_secrets"] = held.former_host_secrets
    return Settings(given.name("settings"), args, given.options)


def _notifications(given: Base, encryption: Encryption) -> Notifications:
    """The topic, and the budget that tells it."""
    wanted = given.architecture
    args = given.common(kms_key_arn=encryption.key_arn, notify=list(wanted.signals.notify))
    elsewhere = edge.regions(wanted).items()
    if elsewhere:
        args["elsewhere"] = {
            role: {"region": region, "kms_key_arn": encryption.replica_arns[role]} for role, region in elsewhere
        }
    topics = Notifications(given.name("notifications"), args, given.options)
    if wanted.budget:
        counted = {"stack": stack_tag(wanted)}
        emails = [wanted.owner] if wanted.owner and "@" in wanted.owner else []
        limits = given.common(limit=wanted.budget, tag=counted, topic_arn=topics.topic_arn, emails=emails)
        Budget(given.name("budget"), limits, given.options)
    return topics


def _signals(given: Base, topics: Notifications, subjects: dict[str, Any]) -> Signals:
    intent = given.architecture.signals
    args = given.common(
        subjects=subjects,
        latency_p99=intent.latency_p99,
        errors=intent.errors,
        saturation=intent.saturation,
        topic_arns=topics.topic_arns,
    )
    if topics.topic_arns_elsewhere:
        args["topic_arns_elsewhere"] = topics.topic_arns_elsewhere
    return Signals(given.name("signals"), args, given.options)


def _outputs(
    network: Network,
    held: Data,
    front: edge.Edge,
    running: hosts.Hosts,
    settings: Settings,
    signals: Signals,
) -> dict[str, pulumi.Input[Any]]:
    """What `tenfold outputs` prints; the first things somebody looks for come first."""
    return {
        **held.outputs,
        **running.outputs,
        "settings_path": settings.path,
        "secrets": settings.secret_arns,
        "dashboard": signals.dashboard_url,
        "vpc_id": network.vpc_id,
        **front.outputs,
    }
