"""The VPC: a private IPv4 block with room for every later stage, enough zones, a way out for private subnets."""

from ipaddress import IPv4Network, ip_network

from tenfold.blueprints.blocks import DOCKER, PRIVATE
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

LARGEST, SMALLEST = 16, 20  # prefix lengths; AWS allows /16 to /28 for a VPC


def ipv4_block(text: str) -> IPv4Network | None:
    """The block, or None for a text that is not one: host bits set, IPv6, no prefix."""
    try:
        block = ip_network(text)
    except ValueError:
        return None
    return block if isinstance(block, IPv4Network) and "/" in text and "." not in text.split("/")[1] else None


def _without_host_bits(text: str) -> str:
    """10.40.3.7/16 as 10.40.0.0/16; empty where host bits are not the only mistake."""
    try:
        block = ip_network(text, strict=False)
    except ValueError:
        return ""
    return str(block) if isinstance(block, IPv4Network) and block.prefixlen < 32 else ""


@rule
def block_is_valid(c: Context) -> Findings:
    """An existing VPC has the block that it has; one of the second region is made beside it, and of its size."""
    text, theirs = c.architecture.network.cidr, c.architecture.network.existing
    block = ipv4_block(text)
    if block is None:
        corrected = _without_host_bits(text)
        message = f"{text} is not a block of IPv4 addresses."
        if corrected:
            message = f"{text} is an address inside {corrected}, not the block."
        yield Finding("TF-V026", "network.cidr", message, f"Write {corrected or '10.40.0.0/16'}.")
    elif not (theirs and not c.architecture.standby) and not LARGEST <= block.prefixlen <= SMALLEST:
        yield Finding("TF-V027", "network.cidr", *_wrong_size(block))
    elif not theirs and not any(block.subnet_of(private) for private in PRIVATE):
        message = f"{block} is not private: the real owners of its addresses could not be reached."
        hint = "Private blocks are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16."
        yield Finding("TF-V028", "network.cidr", message, hint)
    elif block.overlaps(DOCKER):
        message = f"{block} overlaps {DOCKER}, which Docker uses on every server: neighbours there become unreachable."
        yield Finding("TF-V029", "network.cidr", message, "Choose another block, for example 10.40.0.0/16.")


def _wrong_size(block: IPv4Network) -> tuple[str, str]:
    addresses = f"{block.num_addresses:,} addresses"
    if block.prefixlen < LARGEST:
        return f"/{block.prefixlen} has {addresses}; a VPC has at most 65,536 (/16).", "Use /16."
    blocks = block.num_addresses // 256
    room = f"{blocks} blocks of 256" if blocks > 1 else "one block of 256" if blocks else "less than one block of 256"
    message = (
        f"/{block.prefixlen} has {addresses}, {room}; later stages need 12 (4 zones × public, private and database), "
        "and a VPC's block cannot change without recreating everything in it."
    )
    return message, "Use /16 to /20."


@rule
def there_are_enough_zones(c: Context) -> Findings:
    a = c.architecture
    if a.network.zones >= 2 or not (a.owns_database or a.balancer):
        return
    message = "The balancer needs subnets in two zones; the network has one."
    if a.owns_database:
        need = "A standby database needs another zone" if a.database.standby else "RDS needs subnets in two zones"
        message = f"{need}; the network has one."
    if a.network.existing:
        yield Finding("TF-R009", "network.existing.subnets", message, "Name the subnets of another zone.")
        return
    yield Finding("TF-R009", "network.zones", message, "Use 2 zones or more.")


@rule
def private_servers_have_a_way_out(c: Context) -> Findings:
    a = c.architecture
    if a.fleet and a.network.closed:
        message = "The servers are in private subnets and reach nothing outside AWS: no image registry, no API."
        hint = "Use `nat: one`, or per-zone, unless everything needed is in AWS."
        yield Finding("TF-R016", "network.nat", message, hint)


@rule
def existing_network_has_a_block(c: Context) -> Findings:
    if c.architecture.network.existing and not c.is_set("network.cidr"):
        message = "Which addresses the existing VPC has is not set: other networks are checked against them."
        hint = "Set `network.cidr` to the VPC's own block; `tenfold up` compares them."
        yield Finding("TF-R300", "network.existing.vpc", message, hint)


@rule
def existing_network_is_not_laid_out(c: Context) -> Findings:
    """`nat` is also that of a second region, whose network is the stack's own."""
    a = c.architecture
    if not a.network.existing:
        return
    for field in ("zones", *(() if a.standby else ("nat",))):
        if c.is_set(f"network.{field}"):
            message = f"`{field}` lays out a network of the stack; {a.network.existing.vpc} is laid out by its owner."
            yield Finding("TF-R301", f"network.{field}", message, "Remove it.", key=True)


@rule
def existing_network_has_the_subnets(c: Context) -> Findings:
    a, theirs = c.architecture, c.architecture.network.existing
    if not theirs:
        return
    public = "the balancer" if a.balancer else "the server"
    private = "the servers" if a.fleet or a.workers or a.running_services else ""
    database = "the database" if a.owns_database else "the cache" if a.cache else ""
    for zone, subnets in theirs.subnets.items():
        for tier, user in {"public": public, "private": private, "database": database}.items():
            if user and not getattr(subnets, tier):
                message = f"{zone} has no {tier} subnet for {user}."
                hint = f"Add `{tier}: subnet-…` to {zone}, or leave the zone out."
                yield Finding("TF-R302", ("network", "existing", "subnets", zone), message, hint, key=True)


@rule
def existing_subnets_differ(c: Context) -> Findings:
    """A subnet lies in one zone. That a database shares one is how many VPCs began, and is only said."""
    theirs, seen = c.architecture.network.existing, dict[str, tuple[str, str]]()
    for zone, subnets in theirs.subnets.items() if theirs else ():
        for tier in ("public", "private", "database"):
            subnet, path = getattr(subnets, tier), ("network", "existing", "subnets", zone, tier)
            other, other_zone = seen.setdefault(subnet or f"none of {zone} {tier}", (tier, zone))
            if tier == "database" != other and zone == other_zone:
                message = f"The database subnet of {zone} is its {other} one: who is in there can try the database."
                hint = "Security groups alone keep others out; a subnet of its own would too."
                yield Finding("TF-R305", path, message, hint)
            elif (tier, zone) != (other, other_zone):
                message = f"{subnet} is the {other} subnet of {other_zone} already."
                yield Finding("TF-R303", path, message, f"Name the {tier} subnet of {zone}.")


@rule
def existing_zones_are_of_the_region(c: Context) -> Findings:
    theirs, region = c.architecture.network.existing, c.architecture.region
    for zone in theirs.subnets if theirs else ():
        if zone[:-1] != region:
            path = ("network", "existing", "subnets", zone)
            yield Finding("TF-R304", path, f"{zone} is not in {region}.", "The VPC is in the stack's region.", key=True)
