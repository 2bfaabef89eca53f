"""What every tier of a region stands on: the key and the network; and what whoever runs the application has besides."""

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.value import Value
from tenfold.components.balancer import Balancer
from tenfold.components.encryption import Encryption, EncryptionArgs
from tenfold.components.network import Nat, Network, NetworkArgs
from tenfold.components.notifications import Notifications
from tenfold.components.settings import Settings
from tenfold.stacks.place import Place, stack_tag
from tenfold.stacks.tier import Tier


class Ground(Value):
    place: Place
    encryption: Encryption
    network: Network


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


def _encryption(at: Place) -> Encryption:
    args: EncryptionArgs = {**at.keeping}
    if at.other_regions:
        args["other_regions"] = at.other_regions
    if at.architecture.events:
        args["event_bus_name"] = stack_tag(at.architecture)
    return Encryption(at.name("encryption"), args, at.options)


def _network(at: Place, encryption: Encryption) -> Network:
    architecture, network = at.architecture, at.architecture.network
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
        *(["events"] if a.events else []),
        *(["autoscaling", "ec2"] if leave_by_themselves else []),
    ]
