"""The VPC."""

from typing import Literal

from blueprints.grammar.fields import Section, said


class Network(Section):
    """The VPC and its subnets: public, private and database, in each zone."""

    cidr: str | None = said("IPv4 addresses of the VPC, a private block from /16 to /20.", "replace")
    zones: int | None = said("Availability zones to use.", "in-place", ge=1, le=4)
    nat: Literal["none", "one", "per-zone"] | None = said("NAT gateways for private subnets.", "in-place")
