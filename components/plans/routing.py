"""Which request goes where: path, host and header routes as listener rules with priorities that stay. Pure."""

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Limits of Application Load Balancers: user guide, "Quotas" and "Condition types for listener rules".
PRIORITIES = 50_000
VALUES_OF_A_RULE = 5
WILDCARDS_OF_A_RULE = 6
RULES = 100
_PATH = re.compile(r"[/*][A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}")
_HOST = re.compile(r"[A-Za-z0-9\-.*?]{1,128}")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,40}")

BANDS = 50  # of 1,000 priorities each: one for every number of literal characters, the last for 49 and more
BAND = PRIORITIES // BANDS


class Rule(NamedTuple):
    """One listener rule. `role` names it; a request matches when its path, its host and every header match."""

    role: str
    path: str | None
    host: str | None
    headers: tuple[tuple[str, tuple[str, ...]], ...]
    priority: int

    def conditions(self) -> list[Any]:
        """In the form of the provider's `conditions`."""
        conditions: list[Any] = [{"path_pattern": {"values": [self.path]}}] if self.path else []
        conditions += [{"host_header": {"values": [self.host]}}] if self.host else []
        conditions += [
            {"http_header": {"http_header_name": name, "values": list(values)}} for name, values in self.headers
        ]
        return conditions


def role(pattern: str) -> str:
    """A name for a pattern: `/api/*` is `api`, `/api/v2/*` is `api-v2`, `*.png` is `any-png`, `/*` is `all`.

    Patterns that read alike (`/api`, `/api-v2/*`) get a hash as well: no two have one name.
    """
    inner = pattern.removesuffix("/*").strip("/").replace("*", "-any-").replace("?", "-one-")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", inner).strip("-") or "all"
    plainest = "*." + readable[4:] if readable.startswith("any-") else f"/{readable.replace('-', '/')}/*"
    if pattern in (plainest, "/*"):
        return readable
    return f"{readable}-{zlib.crc32(pattern.encode()):08x}"


def rules(routes: Mapping[str, Mapping[str, Any]], others: int = 0) -> list[Rule]:
    """The rules of `routes` (role: `{path, host, headers, priority}`), the most specific first; the balancer has
    `others` beside them.

    The balancer tries rules by ascending priority, so `/api/v2/*` must come before `/api/*`. A priority is computed
    from the route alone (more literal characters first, then a hash): adding a route renumbers nothing, unless two
    meet at one number; then the later by name takes the next. Raises ValueError for what AWS refuses, and when two
    routes match the same.
    """
    if len(routes) > (most := RULES - others):
        raise ValueError(
            f"routes: {len(routes)} routes; this balancer takes {most}. Join them, or let the application route."
        )
    by_priority: dict[int, Rule] = {}
    for name in sorted(routes, key=lambda name: (not routes[name].get("priority"), name)):
        rule = _rule(name, routes[name])
        while other := by_priority.get(rule.priority):
            if routes[name].get("priority") or rule.conditions() == other.conditions():
                raise ValueError(
                    f"routes: {other.role} and {name} meet at priority {rule.priority}; give one of them a `priority` "
                    f"of its own (1 to {PRIORITIES}, lower is tried first)."
                )
            band, place = divmod(rule.priority - 1, BAND)
            rule = rule._replace(priority=band * BAND + (place + 1) % BAND + 1)
        by_priority[rule.priority] = rule
    return [by_priority[priority] for priority in sorted(by_priority)]


def beside(own: Mapping[str, Mapping[str, Any]], paths: Mapping[str, str], others: int = 0) -> dict[str, int]:
    """The priorities of further rules on a balancer with the routes `own`, by role (role: path). Those of `own` stay as
    they are, whatever is beside them. Raises ValueError as `rules` does."""
    settled = {rule.role: {**own[rule.role], "priority": rule.priority} for rule in rules(own, others)}
    added = {f"service {role}": {"path": path} for role, path in paths.items()}
    return {
        rule.role.removeprefix("service "): rule.priority
        for rule in rules({**settled, **added}, others)
        if rule.role in added
    }


def _rule(name: str, route: Mapping[str, Any]) -> Rule:
    path, host = route.get("path"), route.get("host")
    headers = tuple(sorted((key, tuple(values)) for key, values in (route.get("headers") or {}).items()))
    if not path and not host and not headers:
        raise ValueError(f"routes.{name}: neither path nor host nor headers; say what is routed.")
    if path and not _PATH.fullmatch(path):
        raise ValueError(
            f"routes.{name}: {path!r} is not a path pattern; begin with / or *, like /api/*, at most 128 long."
        )
    if host and not _HOST.fullmatch(host):
        raise ValueError(
            f"routes.{name}: {host!r} is not a host name; letters, digits, -, ., * and ?, like *.example.com."
        )
    for key, _ in headers:
        if not _HEADER.fullmatch(key):
            raise ValueError(f"routes.{name}: {key!r} is not a header name.")
    texts = [*filter(None, (path, host)), *(value for _, values in headers for value in values)]
    if len(texts) > VALUES_OF_A_RULE:
        raise ValueError(
            f"routes.{name}: {len(texts)} values to match; a rule takes {VALUES_OF_A_RULE}. Split the route."
        )
    wildcards = sum(text.count("*") + text.count("?") for text in texts)
    if wildcards > WILDCARDS_OF_A_RULE:
        raise ValueError(f"routes.{name}: {wildcards} wildcards; a rule takes {WILDCARDS_OF_A_RULE}.")
    return Rule(name, path, host, headers, route.get("priority") or _priority(texts))


def _priority(texts: Sequence[str]) -> int:
    literal = min(sum(len(text) - text.count("*") - text.count("?") for text in texts), BANDS - 1)
    place = zlib.crc32("\n".join(texts).encode()) % BAND
    return (BANDS - 1 - literal) * BAND + place + 1
