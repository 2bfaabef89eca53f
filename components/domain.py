"""Domain: the hosted zone of the application's name, and the certificate that proves it. What the name points to is
`Records`, for it can be known only after the balancer, which needs the certificate."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.certificate import certificate
from tenfold.components.parts.component import Component
from tenfold.components.plans.choices import check_choice

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")


class ZoneKind(StrEnum):
    MANAGED = "managed"
    """Made here, for exactly this name, and to be delegated to once."""
    EXISTING = "existing"
    """A public zone of the account."""


class ProvedArgs(TypedDict):
    zone_id: pulumi.Input[str]
    """The zone that holds the name. Change: in place."""
    certificate_arn: pulumi.Input[str]
    """A certificate for the name in another region, already valid. Change: in place."""


class DomainArgs(TypedDict):
    domain: str
    """The name users type, lower case, e.g. `shop.example.com`. Change: replaces everything."""
    zone: NotRequired[ZoneKind]
    """`managed`: a zone for exactly this name is made, and must be delegated to once (`name_servers`). `existing`: a
    public zone of the account is used and gets records. Default: `managed`. Change: replaces the records."""
    zone_name: NotRequired[str]
    """The existing zone; without it the name less its first label, or the name itself when it has two. Default: by the
    name. Change: replaces the records."""
    proved: NotRequired[ProvedArgs]
    """The same name's zone and certificate in another region: ACM proves a name once for all regions of an account, so
    only a certificate is made here. Default: none. Change: replaces everything."""
    certificate: NotRequired[bool]
    """False while a server answers TLS itself (stages 1 and 2), or with a certificate of your own. Default: true.
    Change: in place."""
    throwaway: NotRequired[bool]
    """The zone is not protected, and foreign records in it go with it. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Domain(Component[DomainArgs]):
    """A hosted zone (made or found) and a DNS-validated certificate for one name.

    Raises ValueError for a name that is none. With `managed`, a certificate is issued only once the name is delegated
    to `name_servers`; `up` waits for that half an hour.
    """

    zone_id: pulumi.Output[str]
    """Hosted zone of the name."""
    name_servers: pulumi.Output[Sequence[str]]
    """To which the name is delegated where the zone is made here."""
    certificate_arn: pulumi.Output[str | None]
    """Of the validated certificate; None without one."""

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self.zone_id, self.name_servers = self._zone()
        has_certificate = args.get("certificate", True)
        self.certificate_arn = self._certificate() if has_certificate else pulumi.Output.from_input(None)
        self._register()

    def _zone(self) -> tuple[pulumi.Output[str], pulumi.Output[Sequence[str]]]:
        domain = check_domain(self._inputs["domain"])
        if "proved" in self._inputs:
            proved = self._inputs["proved"]
            known = pulumi.Output.all(proved["zone_id"], proved["certificate_arn"])
            return known.apply(lambda values: values[0]), pulumi.Output.from_input([])
        if check_choice("zone", self._inputs.get("zone", ZoneKind.MANAGED), ZoneKind) == ZoneKind.EXISTING:
            name = zone_name(domain, self._inputs.get("zone_name"))
            existing = aws.route53.get_zone(name=name, private_zone=False, opts=self._call())
            return pulumi.Output.from_input(existing.zone_id), pulumi.Output.from_input(existing.name_servers)
        child, throwaway = f"{self._logical}-zone", self._inputs.get("throwaway", False)
        zone = aws.route53.Zone(
            child,
            name=domain,
            comment="",  # the provider's default names another tool
            force_destroy=throwaway,
            tags=self._tags_in_route53(child),
            # A new zone gets other name servers: whoever delegates to the old ones would point nowhere.
            opts=self._child(protect=self._keeps),
        )
        return zone.zone_id, zone.name_servers

    def _certificate(self) -> pulumi.Output[str]:
        return certificate(
            f"{self._logical}-certificate",
            self._inputs["domain"],
            self.zone_id,
            tags=self._inputs.get("tags"),
            parent=self,
            proof="proved" not in self._inputs,
        )


def check_domain(domain: str) -> str:
    """`domain` when it is a name of at least two labels that a public zone can have, else ValueError."""
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"domain: {domain!r} is not a domain name; write it like shop.example.com, in lower case.")
    return domain


def zone_name(domain: str, own_zone: str | None = None) -> str:
    """The existing zone that holds `domain`: the one given (which must be it or above it), or the name without its
    first label, or the name itself when there are only two."""
    if own_zone is None:
        return domain if domain.count(".") == 1 else domain.partition(".")[2]
    if domain != own_zone and not domain.endswith(f".{own_zone}"):
        raise ValueError(f"zone_name: {domain} does not lie in the zone {own_zone}.")
    return check_domain(own_zone)
