"""The VPC's addresses: a private IPv4 block, large enough for every later stage, clear of its neighbours."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, ip_network

from blueprints.rules.scene import Finding, Scene
from blueprints.stages import presets

LARGEST, SMALLEST = 16, 20  # prefix lengths; AWS allows /16 to /28 for a VPC
_PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))  # RFC 1918
_DOCKER = IPv4Network("172.17.0.0/16")  # Docker's default bridge, on every server


def network_of(text: str) -> IPv4Network | None:
    """The block, or None when this is not one: host bits set, IPv6, no prefix."""
    try:
        block = ip_network(text)
    except ValueError:
        return None
    return block if isinstance(block, IPv4Network) and "/" in text and "." not in text.split("/")[1] else None


def _corrected(text: str) -> str:
    """The block meant by an address with host bits, if that is the only fault."""
    try:
        block = ip_network(text, strict=False)
    except ValueError:
        return ""
    return str(block) if isinstance(block, IPv4Network) and block.prefixlen < 32 else ""


def block_is_sound(s: Scene) -> Iterator[Finding]:
    text = s.architecture.network.cidr
    block = network_of(text)
    if block is None:
        meant = _corrected(text)
        message = (
            f"{text} is an address inside {meant}, not the block."
            if meant
            else f"{text} is not a block of IPv4 addresses."
        )
        yield Finding("TF-V026", "network.cidr", message, f"Write {meant or '10.40.0.0/16'}.")
        return
    if not LARGEST <= block.prefixlen <= SMALLEST:
        yield Finding("TF-V027", "network.cidr", *_size(block))
    elif not any(block.subnet_of(private) for private in _PRIVATE):
        message = f"{block} is not private: addresses of others in it could not be reached."
        yield Finding(
            "TF-V028", "network.cidr", message, "Private blocks are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16."
        )
    elif block.overlaps(_DOCKER):
        message = f"{block} overlaps {_DOCKER}, which Docker uses on every server: neighbours there become unreachable."
        yield Finding("TF-V029", "network.cidr", message, "Choose another block, for example 10.40.0.0/16.")


def _size(block: IPv4Network) -> tuple[str, str]:
    addresses = f"{block.num_addresses:,} addresses"
    if block.prefixlen < LARGEST:
        return f"/{block.prefixlen} has {addresses}; a VPC has 65,536 (/16) at most.", "Use /16."
    blocks = block.num_addresses // 256
    room = f"{blocks} blocks of 256" if blocks > 1 else "one block of 256" if blocks else "less than one block of 256"
    message = (
        f"/{block.prefixlen} has {addresses}, {room}; later stages need 12 (4 zones × public, private and database), "
        "and a VPC's block cannot be changed without making everything anew."
    )
    return message, "Use /16 to /20."


def neighbours_are_apart(s: Scene) -> Iterator[Finding]:
    """Only what is written out in two environments of one region: they may be meant to be joined one day."""
    mine = s.draft.environments.get(s.environment or "", {})
    block = network_of(mine.get(("network", "cidr"), ""))
    if block is None:
        return
    for name, other in s.draft.environments.items():
        theirs = network_of(other.get(("network", "cidr"), ""))
        if name == s.environment or theirs is None or not block.overlaps(theirs):
            continue
        region = other.get(("region",)) or s.draft.base.get(("region",)) or presets.defaults(1)["region"].value
        if region == s.architecture.region:
            message = f"{block} overlaps {theirs} of `{name}` in {region}: the two networks could never be joined."
            yield Finding("TF-E003", "network.cidr", message, "Give each environment a block of its own.")


ADDRESS_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (block_is_sound, neighbours_are_apart)
