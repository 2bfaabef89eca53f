"""An inventory from a Pulumi state, as `pulumi stack export` writes it."""

from typing import Any

from tenfold import exits
from tenfold.adopting.inventory import Inventory, Thing, region_of
from tenfold.engine import checkpoint
from tenfold.failure import Failure

EXPORT = "pulumi stack export --file state.json   in the directory of that program"


def read(file: str, content: bytes, region: str | None) -> Inventory:
    """Raises `Failure` (wrong input) unless the file is the export of a stack whose region is known."""
    try:
        resources = checkpoint.parse(content, "").resources
    except (checkpoint.Damaged, checkpoint.Compressed) as error:
        why = str(error) or "is compressed"
        raise Failure(f"{file} {why}.", remedies=(EXPORT,), code=exits.WRONG_INPUT) from error
    things = tuple(
        Thing(
            one["type"],
            str(one.get("id")),
            one["urn"].rsplit("::", 1)[-1],
            _facts(one),
            one["urn"],
        )
        for one in resources
        if one.get("custom") and not one.get("delete") and one["type"].startswith("aws:")
    )
    if not (region := region or region_of(things)):
        raise Failure(
            f"{file} does not say in which region its resources are.",
            remedies=("--region us-east-1",),
            code=exits.WRONG_INPUT,
        )
    return Inventory(file, region, things)


def _facts(resource: dict[str, Any]) -> dict[str, Any]:
    """Properties of a resource: the version that AWS runs now, not the one asked for; `secret` where RDS keeps the
    password."""
    facts = {**(resource.get("inputs") or {}), **(resource.get("outputs") or {})}
    if now := facts.get("engineVersionActual"):
        facts["engineVersion"] = now
    if kept := facts.get("masterUserSecrets"):
        facts["secret"] = kept[0].get("secretArn")
    return facts
