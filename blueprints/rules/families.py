"""Settings that there are once for each queue or shard, with its name: the application's own variables leave them
free."""

import re
from collections.abc import Mapping

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.rules.app import runs
from tenfold.blueprints.rules.names import settings
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

_NAME = "<NAME>"


@rule
def variables_leave_the_names_of_families_free(c: Context) -> Findings:
    """What exists is refused. What another queue, service or shard would be given is only a warning: it may never be
    added."""
    existing = family_settings(c.architecture)
    named = [(name, (*path, "env", name)) for path, env, _, _ in runs(c.architecture) for name in env]
    for path, _, secrets, _ in runs(c.architecture):
        named += [(name, (*path, "secrets", str(index))) for index, name in enumerate(secrets)]
    for name, route in named:
        key = route[-2] == "env"
        if name in existing:
            message = f"The stack sets `{name}` itself: {existing[name]}."
            yield Finding("TF-R144", route, message, "Choose another name.", key=key)
        elif pattern := _pattern(name):
            message = f"The stack keeps names like `{pattern}` for itself: {settings()[pattern]}."
            hint = f"Choose another name: with a {_kind(pattern)} of that name, `{name}` would be refused."
            yield Finding("TF-R148", route, message, hint, key=key)


def family_settings(a: Architecture) -> Mapping[str, str]:
    """The settings of families that the stack has, with their meaning."""
    shards = a.database.shards
    numbers = [str(number) for number in range(shards.count)] if shards else []
    owned = {}
    for pattern, meaning in settings().items():
        if _NAME not in pattern:
            continue
        names = {
            "QUEUE": a.queues,
            "SHARD": numbers,
            "SERVICE": a.running_services,
            "EVENT": a.topic_events,
            "MODEL": a.read_models,
        }[pattern.partition("_")[0]]
        if a.database.replicas or "READ_HOST" not in pattern:
            owned |= {member(pattern, name): f"{_kind(pattern)} {name}, {meaning}" for name in names}
    return owned


def member(pattern: str, name: str) -> str:
    """`QUEUE_<NAME>_URL` of order-mail is QUEUE_ORDER_MAIL_URL."""
    return pattern.replace(_NAME, name.upper().replace("-", "_"))


def _pattern(key: str) -> str:
    """The family that a setting of this name can belong to, empty for a name that is free. Shards have numbers."""
    for pattern in settings():
        before, name, behind = pattern.partition(_NAME)
        inside = r"\d+" if before == "SHARD_" else "[A-Z0-9_]+"
        if name and re.fullmatch(f"{before}{inside}{behind}", key):
            return pattern
    return ""


def _kind(pattern: str) -> str:
    return pattern.partition("_")[0].lower()
