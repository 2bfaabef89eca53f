"""What two environments of one blueprint cannot both have."""

from collections.abc import Callable, Iterator

from blueprints.rules.scene import Finding, Scene

_PRODUCTION = ("prod", "production", "live")


def domains_differ(s: Scene) -> Iterator[Finding]:
    """The same records in the zone, the same proof of the certificate, and a name that CloudFront gives out once."""
    mine = s.architecture.domain
    if not mine or s.environment is None:
        return
    for name in s.draft.environments:
        if name != s.environment and _domain(s, name) == mine:
            message = f"`{name}` has the domain {mine} too: the records of one would take the place of the other's."
            hint = f"Give each a name of its own under `environments`, such as {s.environment}.{mine}."
            yield Finding("TF-E005", "domain", message, hint)
            return


def _domain(s: Scene, environment: str) -> str | None:
    said = s.draft.environments[environment].get(("domain",))
    if said or ("environments", environment, "domain") in s.draft.removed:
        return said
    return s.draft.base.get(("domain",)) or s.draft.house.values.get(("domain",))


def production_is_encrypted(s: Scene) -> Iterator[Finding]:
    """Up to the balancer. The server of stages 1 and 2 has a page of its own about it."""
    a = s.architecture
    if s.environment not in _PRODUCTION or not a.balancer or a.domain or a.balancer.certificate != "managed":
        return
    message = "Without a domain there is no certificate, so visitors reach the balancer over plain HTTP."
    hint = "Give `domain`; from stage 4 on the CDN's own name answers over TLS without one."
    if a.cdn:
        message = "Without a domain visitors have TLS to the CDN's own name, and from there it is plain HTTP."
        hint = "Give `domain`, and the way from the CDN to the balancer is encrypted too."
    yield Finding("TF-R116", "domain", message, hint)


ENVIRONMENT_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (domains_differ, production_is_encrypted)
