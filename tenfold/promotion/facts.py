"""What runbooks are filled in from: the architecture, the stack's outputs, and properties of its resources."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.blueprints.architecture import Architecture

State = Sequence[Mapping[str, Any]]
_NAME = re.compile(r"@\{([\w.-]+)\}")


def of(architecture: Architecture, file: str, flags: str) -> dict[str, Any]:
    """What is known without a deployment. Engine names and versions as the blueprint says them; sizes in GiB."""
    database, fleet, cdn = architecture.database, architecture.fleet, architecture.cdn
    newest = database.engine != "mysql" or tuple(map(int, database.version.split(".")[:2])) >= (8, 4)
    units = ["tenfold-health", "tenfold-app", *(["tenfold-jobs"] if architecture.app.jobs else [])]
    return {
        "file": file,
        "flags": flags,
        "promote": f"tenfold promote {flags}",
        "environment": architecture.environment,
        "region": architecture.region,
        "domain": architecture.domain,
        "engine": database.engine,
        "database_name": architecture.name.replace("-", "_"),
        "port": {"postgres": 5432, "mysql": 3306}[database.engine],
        # MySQL 8.4 says "source" where earlier ones say "master" (RDS User Guide, "Configuring, starting, and stopping
        # binary log replication").
        "mysql_set_source": "rds_set_external_source" if newest else "rds_set_external_master",
        "mysql_reset_source": "rds_reset_external_source" if newest else "rds_reset_external_master",
        "app_port": architecture.app.port,
        "app_units": " ".join(units),
        "health": architecture.app.health.path,
        "store": architecture.sessions.store,
        "max_lag": f"{database.replicas.max_lag} s" if database.replicas else None,
        "static_paths": ", ".join(cdn.static_paths) if cdn else None,
        "servers": fleet.servers_min if fleet else None,
        "one_more": fleet.servers_min + 1 if fleet else None,
    }


def fill_text(text: str, known: Mapping[str, Any], resources: State, name: str) -> str:
    """`text` with every `@{…}` replaced; what only a deployment knows, and there is none yet, is `<name>`."""

    def fill(match: re.Match[str]) -> str:
        value = _property(match[1], resources, name) if "." in match[1] else known.get(match[1])
        return f"<{match[1]}>" if value is None else str(value)

    return _NAME.sub(fill, text)


def names(text: str) -> list[str]:
    return _NAME.findall(text)


def _property(reference: str, resources: State, name: str) -> Any:
    """`server-instance.privateIp`: of the resource with that name, its id or an output."""
    child, _, path = reference.rpartition(".")
    for resource in resources:
        if resource.get("custom") and resource["urn"].endswith(f"::{name}-{child}"):
            return resource.get("id") if path == "id" else (resource.get("outputs") or {}).get(path)
    return None
