"""What every tier of a region stands on: the key and the network; and what whoever runs the application has besides."""

from collections.abc import Mapping

import pulumi

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.value import Value
from tenfold.components.balancer import Balancer
from tenfold.components.encryption import Encryption, EncryptionArgs
from tenfold.components.network import Nat, Network, NetworkArgs
from tenfold.components.notifications import Notifications
from tenfold.components.replication import BucketArgs
from tenfold.components.settings import Settings
from tenfold.stacks.existing import ExistingNetwork, existing_network
from tenfold.stacks.place import Place, stack_tag
from tenfold.stacks.tier import Tier


class Keys(Value):
    """The stack's one key, as each region has it."""

    key_arn: pulumi.Input[str]
    key_arn_by_region: Mapping[str, pulumi.Input[str]]


class Ground(Value):
    place: Place
    encryption: Keys
    network: Network | ExistingNetwork

    @property
    def secret_copies(self) -> dict[str, pulumi.Input[str]]:
        """Regions that get a copy of each secret and table, with the key there."""
        standby = self.place.architecture.standby if self.place.primary else None
        return {standby.region: self.encryption.key_arn_by_region[standby.region]} if standby else {}

    def bucket(self, name: pulumi.Input[str], arn: pulumi.Input[str]) -> BucketArgs:
        """A bucket of this region, as its replication takes it."""
        return {"name": name, "arn": arn, "region": self.place.region, "kms_key_arn": self.encryption.key_arn}


class Platform(Value):
    """For what runs the application: servers, a fleet."""

    ground: Ground
    stores: Tier
    """All that keeps something: what the application is let into, and may do there."""
    settings: Settings
    balancer: Balancer | None
    topics: Notifications


def make_ground(at: Place) -> Ground:
    encryption = _encryption(at)
    return Ground(at, encryption, _network(at, encryption))


def _encryption(at: Place) -> Keys:
    """The key and its replicas are made with the first region's."""
    if not at.primary:
        return Keys(at.source("key"), {at.region: at.source("key")})
    args: EncryptionArgs = {**at.keeping}
    if at.key_regions:
        args["other_regions"] = at.key_regions
    if at.architecture.bus_events:
        args["event_bus_name"] = stack_tag(at.architecture)
        if at.architecture.standby:
            args["event_bus_regions"] = [at.architecture.standby.region]
    keys = Encryption(at.name("encryption"), args, at.options)
    return Keys(keys.key_arn, keys.key_arn_by_region)


def _network(at: Place, encryption: Keys) -> Network | ExistingNetwork:
    architecture, network = at.architecture, at.architecture.network
    if network.existing:
        return existing_network(at, network.existing)
    args: NetworkArgs = {
        **at.keeping,
        "cidr": network.cidr,
        "zones": network.zones,
        "nat": Nat(network.nat),
        "private_hosts": architecture.fleet is not None,
        "kms_key_arn": encryption.key_arn,
    }
    if network.nat == "none" and (services := _services(architecture)):
        args["services"] = services
    return Network(at.name("network"), args, at.options)


def _services(a: Architecture) -> list[str]:
    """What servers without a way to the internet call besides what all of them do."""
    leave_by_themselves = (
        a.workers or a.running_services or (a.fleet and a.fleet.scaling)
    )  # components/host/files: tenfold-lifecycle, -worker
    return [
        *(["sqs"] if a.queues else []),
        *(["events"] if a.bus_events else []),
        *(["sns"] if a.topic_events else []),
        *(["autoscaling", "ec2"] if leave_by_themselves else []),
    ]
