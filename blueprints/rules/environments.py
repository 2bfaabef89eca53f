"""What two environments of one blueprint cannot share: a domain, a block of addresses."""

from tenfold.blueprints.rules.network import ipv4_block
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.stages import editions


def _value(c: Context, environment: str, route: Route) -> str | None:
    """What the file sets in another environment, else the house rules."""
    settings = c.draft.settings(environment)
    from_house = c.draft.house.defaults(environment, settings.get(("stage",), 1))
    return settings.get(route) or (from_house[route][0] if route in from_house else None)


@rule
def domains_differ(c: Context) -> Findings:
    """Both would write the same records and the same validation of the certificate; CloudFront allows a name once."""
    own = c.architecture.domain
    if not own or c.environment is None:
        return
    for other in c.draft.environments:
        if other != c.environment and _value(c, other, ("domain",)) == own:
            message = f"`{other}` has the domain {own} too: the records of one would replace those of the other."
            hint = f"Give each its own name under `environments`, such as {c.environment}.{own}."
            yield Finding("TF-E005", "domain", message, hint)
            return


@rule
def addresses_differ(c: Context) -> Findings:
    """Only blocks that are set in two environments of one region: they may be meant to be connected later."""
    route: Route = ("network", "cidr")
    own = ipv4_block(c.draft.environments.get(c.environment or "", {}).get(route, ""))
    if own is None:
        return
    for name, settings in c.draft.environments.items():
        other = ipv4_block(settings.get(route, ""))
        if name == c.environment or other is None or not own.overlaps(other):
            continue
        theirs = c.architecture.network.existing
        if theirs and _value(c, name, ("network", "existing", "vpc")) == theirs.vpc:
            continue  # two environments in one VPC
        region = _value(c, name, ("region",)) or editions.defaults(1, c.values[("edition",)])["region"].value
        if region == c.architecture.region:
            message = f"{own} overlaps {other} of `{name}` in {region}: the two networks can never be connected."
            yield Finding("TF-E003", "network.cidr", message, "Give each environment its own block.")
