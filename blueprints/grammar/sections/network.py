"""The VPC."""

from tenfold.blueprints.choices import Nat
from tenfold.blueprints.grammar.fields import Section, optional


class Network(Section):
    """The VPC and its subnets: public, private and database, in each zone."""

    cidr: str | None = optional("IPv4 addresses of the VPC, a private block from /16 to /20.", "replace")
    zones: int | None = optional("Availability zones to use.", "in-place", ge=1, le=4)
    nat: Nat | None = optional("NAT gateways for private subnets.", "in-place")
