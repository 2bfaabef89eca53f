"""The VPC: one of the stack's own, or one that is there. docs/existing.md"""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import Nat
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Spelled

VpcId = Annotated[str, Spelled("TF-V106", r"vpc-[0-9a-f]{8,17}", "the id of a VPC", "Like vpc-0a1b2c3d4e5f60718.")]
SubnetId = Annotated[
    str, Spelled("TF-V106", r"subnet-[0-9a-f]{8,17}", "the id of a subnet", "Like subnet-0a1b2c3d4e5f60718.")
]
ZoneName = Annotated[str, Spelled(
    "TF-V107", r"[a-z]{2}(-[a-z]+)+-[0-9]+[a-z]", "an availability zone", "Like us-east-1a: the region and a letter.",
)]  # fmt: skip


class ZoneSubnets(Section):
    """The subnets of one zone, of which each tier uses one."""

    public: SubnetId | None = optional("With a route to an internet gateway: balancer, single server.", "replace")
    private: SubnetId | None = optional("With a route to a NAT gateway: servers, from stage 3.", "replace")
    database: SubnetId | None = optional("Without a route to the internet: database, cache.", "replace")


class ExistingNetwork(Section):
    """A VPC that somebody else owns: referenced, never changed and never deleted."""

    vpc: VpcId = required("Its id.", "replace")
    subnets: Annotated[dict[ZoneName, ZoneSubnets], Field(min_length=1, max_length=4)] = required(
        "Its subnets by availability zone.", "replace"
    )


class Network(Section):
    """The VPC and its subnets: public, private and database, in each zone."""

    cidr: str | None = optional("IPv4 addresses of the VPC, a private block from /16 to /20.", "replace")
    zones: int | None = optional("Availability zones to use.", "in-place", ge=1, le=4)
    nat: Nat | None = optional("NAT gateways for private subnets.", "in-place")
    existing: ExistingNetwork | None = optional("A VPC that is there already, instead of one of the stack.", "replace")
