"""The blueprint's name and its tags: not those that AWS, the database engine or the stack reserve (`reserved.yaml`)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.document import load_data

SETTINGS = Path(__file__).with_name("settings.json")  # `make docs` writes it from components/plans/contract.py
_RENAME = "Choose another name; it cannot change after the first up."


@cache
def reserved_names() -> Mapping[str, Any]:
    """parameters, tags, prefixes, databases."""
    return load_data(Path(__file__).with_name("reserved.yaml"))


@cache
def settings() -> Mapping[str, str]:
    """What the stack sets in the application's environment, with its meaning; `QUEUE_<NAME>_URL` once for each."""
    return json.loads(SETTINGS.read_bytes())


@cache
def reserved_words() -> Mapping[str, frozenset[str]]:
    """postgres, mysql, doubtful: words that RDS refuses as the name of a database."""
    words = load_data(Path(__file__).with_name("words.yaml"))
    return {kind: frozenset(text.split()) for kind, text in words.items()}


@rule
def name_is_free(c: Context) -> Findings:
    a = c.architecture
    for prefix, entry in reserved_names()["prefixes"].items():
        if f"{a.name}-".startswith(prefix):
            message = f"{entry['keeper']} refuses names that begin with `{prefix}`, as {entry['ours']} would."
            yield Finding("TF-R026", "name", message, _RENAME)
    if "--" in a.name:
        message = "RDS and ElastiCache refuse names with two hyphens in a row."
        yield Finding("TF-R026", "name", message, f"Write {'-'.join(part for part in a.name.split('-') if part)}.")


@rule
def name_is_free_for_a_database(c: Context) -> Findings:
    """The application's database is named like the blueprint (components/plans/contract.py, database_name)."""
    a, name = c.architecture, c.architecture.name.replace("-", "_")
    engine, subject = a.database.engine, f"The database is named like the blueprint, and `{name}`"
    longer = f"For example {a.name[:20].rstrip('-')}-app. {_RENAME}"
    if name in reserved_names()["databases"][engine]:
        yield Finding("TF-R026", "name", f"{subject} is a database of {engine} itself.", _RENAME)
    elif name in reserved_words()[engine]:
        yield Finding("TF-R026", "name", f"{subject} is a reserved word there, which RDS refuses.", longer)
    elif engine == "postgres" and name in reserved_words()["doubtful"]:
        message = f"{subject} is a key word of SQL. RDS refuses some of them, without a list (catalog, flag, db)."
        yield Finding("TF-R110", "name", message, longer)


@rule
def tags_are_free(c: Context) -> Findings:
    """Case is ignored: IAM refuses two keys that differ only in case."""
    a = c.architecture
    ours = {name.lower() for name in reserved_names()["tags"]} | ({"owner"} if a.owner else set())
    seen: set[str] = set()
    for name in a.tags:
        route = ("tags", name)
        if name.lower().startswith("aws:"):
            message = f"Tags that begin with `{name[:4]}` are reserved for AWS."
            yield Finding("TF-R025", route, message, "Choose another prefix.", key=True)
        elif name.lower() in ours:
            message = f"Every resource already has a tag `{name.lower()}`, with a value from another field."
            yield Finding("TF-R028", route, message, "Leave it out, or choose another name.", key=True)
        elif name.lower() in seen:
            message = f"Another tag differs from `{name}` by case only, which IAM does not distinguish."
            yield Finding("TF-R028", route, message, "Keep one of them.", key=True)
        seen.add(name.lower())
