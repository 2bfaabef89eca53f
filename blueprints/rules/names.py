"""Names that are taken or do not fit: of the blueprint, of settings and secrets, of tags, of domain and zone.

What is taken is data (`reserved.yaml`).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from blueprints.rules.clear import secrets_are_not_plain
from blueprints.rules.scene import Finding, Scene
from blueprints.source.document import load_data

LONGEST_PARAMETER = 4096  # bytes; Parameter Store, standard tier
LONGEST_CERTIFICATE_NAME = 64  # characters; ACM API reference, RequestCertificate, DomainName
_RENAME = "Choose another name; it never changes after the first up."


@cache
def reserved() -> Mapping[str, Any]:
    """settings, parameters, tags, prefixes, databases."""
    return load_data(Path(__file__).with_name("reserved.yaml"))


@cache
def words() -> Mapping[str, frozenset[str]]:
    """postgres, mysql, doubtful: words that RDS takes for no database's name."""
    said = load_data(Path(__file__).with_name("words.yaml"))
    return {kind: frozenset(text.split()) for kind, text in said.items()}


def blueprint_name_is_free(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    for prefix, kept in reserved()["prefixes"].items():
        if f"{a.name}-".startswith(prefix):
            message = f"{kept['keeper']} takes no name that begins with `{prefix}`, and {kept['ours']} would."
            yield Finding("TF-R026", "name", message, _RENAME)
    if "--" in a.name:
        message = "RDS and ElastiCache take no name with two hyphens in a row."
        yield Finding("TF-R026", "name", message, f"Write {'-'.join(part for part in a.name.split('-') if part)}.")


def database_name_is_free(s: Scene) -> Iterator[Finding]:
    """The application's database is named like the blueprint (components/plans/contract.py, database_name)."""
    a, name = s.architecture, s.architecture.name.replace("-", "_")
    named = f"The database is named like the blueprint, and `{name}`"
    longer = f"For example {a.name[:20].rstrip('-')}-app. {_RENAME}"
    if name in reserved()["databases"][a.database.engine]:
        yield Finding("TF-R026", "name", f"{named} is one that {a.database.engine} has itself.", _RENAME)
    elif name in words()[a.database.engine]:
        yield Finding("TF-R026", "name", f"{named} is a reserved word there, which RDS refuses.", longer)
    elif a.database.engine == "postgres" and name in words()["doubtful"]:
        message = f"{named} is a key word of SQL, of which RDS refuses some without a list of them (catalog, flag, db)."
        yield Finding("TF-R110", "name", message, longer)


def settings_are_free(s: Scene) -> Iterator[Finding]:
    app = s.architecture.app
    for path, names in (("env", list(app.env)), ("secrets", list(app.secrets))):
        for name in names:
            if meaning := reserved()["settings"].get(name):
                route = ("app", "env", name) if path == "env" else ("app", "secrets", str(app.secrets.index(name)))
                message = f"The stack sets `{name}` by itself: {meaning}."
                yield Finding("TF-R027", route, message, "Choose another name.", key=path == "env")


def settings_are_said_once(s: Scene) -> Iterator[Finding]:
    app = s.architecture.app
    for name in sorted(set(app.env) & set(app.secrets)):
        message = f"`{name}` is a plain variable in `env` and a secret as well; one would hide the other."
        yield Finding("TF-R021", ("app", "env", name), message, "Keep it in `secrets` only.", key=True)
    for index, name in enumerate(app.secrets):
        if name in app.secrets[:index]:
            yield Finding("TF-R021", ("app", "secrets", str(index)), f"`{name}` is there twice.", "Keep one of them.")


def settings_fit(s: Scene) -> Iterator[Finding]:
    for name, value in s.architecture.app.env.items():
        if (size := len(value.encode())) > LONGEST_PARAMETER:
            message = f"The value has {size:,} bytes; a parameter holds {LONGEST_PARAMETER:,}."
            yield Finding("TF-V033", ("app", "env", name), message, "Put it into a file of the image, or a bucket.")


def tags_are_free(s: Scene) -> Iterator[Finding]:
    """Case does not count: IAM refuses two keys that differ in nothing else."""
    a = s.architecture
    ours = {name.lower() for name in reserved()["tags"]} | ({"owner"} if a.owner else set())
    seen: set[str] = set()
    for name in a.tags:
        route = ("tags", name)
        if name.lower().startswith("aws:"):
            message = f"AWS keeps tags starting with `{name[:4]}` for itself."
            yield Finding("TF-R025", route, message, "Choose another prefix.", key=True)
        elif name.lower() in ours:
            message = f"Every resource has a tag `{name.lower()}` already, with what the blueprint says elsewhere."
            yield Finding("TF-R028", route, message, "Leave it out, or choose another name.", key=True)
        elif name.lower() in seen:
            message = f"Another tag differs from `{name}` by case only, which IAM does not tell apart."
            yield Finding("TF-R028", route, message, "Keep one of them.", key=True)
        seen.add(name.lower())


def zone_holds_the_domain(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.domain and a.zone_name and a.domain != a.zone_name and not a.domain.endswith(f".{a.zone_name}"):
        message = f"{a.domain} does not lie in the zone {a.zone_name}: it could hold no record for it."
        yield Finding("TF-R029", "zone", message, "Name the zone that is the domain's own, or one above it.")


def domain_fits_a_certificate(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.domain and a.balancer and a.balancer.certificate == "managed" and len(a.domain) > LONGEST_CERTIFICATE_NAME:
        message = f"A certificate is made for {LONGEST_CERTIFICATE_NAME} characters at most; these are {len(a.domain)}."
        yield Finding("TF-R030", "domain", message, "Use a shorter name, or bring a certificate of your own.")


NAME_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    blueprint_name_is_free,
    database_name_is_free,
    settings_are_free,
    settings_are_said_once,
    settings_fit,
    tags_are_free,
    secrets_are_not_plain,
    zone_holds_the_domain,
    domain_fits_a_certificate,
)
