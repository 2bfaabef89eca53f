"""A host's user data: `#cloud-config` for Amazon Linux 2023."""

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from tenfold.components.host.image_registry import registries
from tenfold.components.host.plan import HostPlan, Pooler
from tenfold.components.host.units import NETWORK, SCRIPTS, units

LIMIT = 16 * 1024  # bytes before base64: EC2 User Guide, "user data"
FILES = Path(__file__).parent / "files"
METRICS = "CWAgent"  # the namespace of memory and disk metrics


def cloud_config(plan: HostPlan) -> str:
    """The user data of a host, as text (`#cloud-config`, not base64).

    The same plan always gives the same text. It holds no secret and no setting: those are fetched at run time by
    `tenfold-settings`, which runs before each container starts and every two minutes. Raises ValueError when the text
    is longer than the 16 KB that EC2 accepts.
    """
    services = units(plan)
    files = _scripts(plan) | {f"/etc/systemd/system/{name}": text for name, text in services.items()} | _etc(plan)
    text = "".join(
        (
            "#cloud-config\npackage_update: false\n",
            _list("packages", _packages(plan)),
            "write_files:\n",
            *(_file(path, files[path]) for path in sorted(files)),
            _list("runcmd", _commands(services)),
        )
    )
    size = len(text.encode())
    if size > LIMIT:
        raise ValueError(
            f"user data: {size} bytes, EC2 accepts {LIMIT}; the command of the jobs is the only part "
            "without a bound: move it into the image"
        )
    return text


# libyaml where PyYAML has it: the same text in 0.5 ms instead of 6.5 (a test holds it the same).
_Base: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):
    """Files as literal blocks: user data that a person can read in the console."""


def _literal(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _literal)


def _yaml(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


# Most parts are the same on all hosts, and to write them is most of the work.
@lru_cache(maxsize=256)
def _list(name: str, items: tuple[object, ...]) -> str:
    return _yaml({name: items})


@lru_cache(maxsize=256)
def _file(path: str, text: str) -> str:
    """Only the exceptions are said: cloud-init's default is 0644, root."""
    mode = {"permissions": "0755"} if path.startswith(SCRIPTS) else {}
    return _yaml([{"path": path, **mode, "content": text}])


def _packages(plan: HostPlan) -> tuple[str, ...]:
    """From Amazon Linux's own repositories; the AWS CLI and the Session Manager agent are in the image already."""
    packages = ("docker", "amazon-cloudwatch-agent")
    return (*packages, "amazon-ecr-credential-helper") if _registries(plan) else packages


def _registries(plan: HostPlan) -> list[str]:
    return sorted({*plan.registries, *registries(plan.images())})


def _scripts(plan: HostPlan) -> dict[str, str]:
    names = ["tenfold-container", "tenfold-settings"]
    names += ["tenfold-volume"] if plan.volume_id else []
    names += ["tenfold-health"] if plan.application and plan.application.health else []
    names += ["tenfold-lifecycle"] if plan.lifecycle else []
    names += ["tenfold-worker"] if plan.worker else []
    return {f"{SCRIPTS}/{name}": _compact(name) for name in names}


@cache
def _compact(name: str) -> str:
    """Without blank lines, comments and one-line docstrings: user data has little room."""
    first, *rest = (FILES / name).read_text(encoding="utf-8").splitlines()
    code = [line for line in rest if line.strip() and not re.fullmatch(r'\s*(#.*|""".*""")', line)]
    return "\n".join([first, *code]) + "\n"


def _etc(plan: HostPlan) -> dict[str, str]:
    host = {
        "region": plan.region,
        "path": plan.path,
        "database": plan.database.engine if plan.database else None,
        "pooler": _pgbouncer(plan.pooler) if plan.pooler else None,
    }
    files = {
        "/etc/docker/daemon.json": _json(_docker(plan)),
        "/etc/tenfold/cloudwatch-agent.json": _json(_agent(plan)),
        "/etc/tenfold/host.json": _json(host),
    }
    if plan.proxy and plan.application:
        files["/etc/tenfold/Caddyfile"] = _caddyfile(plan.proxy.domain, plan.application.port)
    if private := _registries(plan):
        helpers = {"credHelpers": dict.fromkeys(private, "ecr-login")}
        files["/root/.docker/config.json"] = _json(helpers)
    return files


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True) + "\n"


def _docker(plan: HostPlan) -> dict[str, Any]:
    """All containers log to CloudWatch. A slow log service must not stop the application: after 4 MB lines go lost."""
    options = {"awslogs-region": plan.region, "awslogs-group": plan.log_group}
    return {"log-driver": "awslogs", "log-opts": options | {"mode": "non-blocking", "max-buffer-size": "4m"}}


def _caddyfile(domain: str | None, port: int) -> str:
    """Requests that arrive while the application restarts wait for it, up to 30 s, instead of failing."""
    return (
        "{\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n"
        f"{domain or ':80'} {{\n\tencode zstd gzip\n\treverse_proxy app:{port} {{\n\t\tlb_try_duration 30s\n\t}}\n}}\n"
    )


def _pgbouncer(pooler: Pooler) -> str:
    """pgbouncer.ini; `{host}`, `{port}` and `{tls}` are filled in by tenfold-settings."""
    settings: dict[str, object] = {
        "listen_addr": "0.0.0.0",  # inside its container; the port is not published
        "listen_port": 6432,
        "auth_type": "scram-sha-256",
        "auth_file": "/etc/pgbouncer/userlist.txt",
        "pool_mode": pooler.mode,
        "default_pool_size": pooler.connections,
        "max_db_connections": pooler.connections,
        "max_client_conn": 1000,
        "max_prepared_statements": 200,  # named prepared statements survive transaction pooling (1.21 and later)
        "ignore_startup_parameters": "extra_float_digits",  # JDBC sends it
        "server_tls_sslmode": "{tls}",
    }
    lines = [f"{key} = {value}" for key, value in settings.items()]
    return "[databases]\n* = host={host} port={port}\n\n[pgbouncer]\n" + "\n".join(lines) + "\n"


def _agent(plan: HostPlan) -> dict[str, Any]:
    """Memory and disk, which EC2 cannot see, once a minute; and the log of the first boot.

    Dimensions: InstanceId (memory), InstanceId and path (disk); in a fleet (no proxy on the host) AutoScalingGroupName
    in place of InstanceId as well.
    """
    identity = {"InstanceId": "${aws:InstanceId}"}
    groups = [["InstanceId"], ["InstanceId", "path"]]
    if plan.proxy is None:
        identity["AutoScalingGroupName"] = "${aws:AutoScalingGroupName}"
        groups += [["AutoScalingGroupName"], ["AutoScalingGroupName", "path"]]
    disks = ["/", "/data"] if plan.volume_id else ["/"]
    boot = {
        "file_path": "/var/log/cloud-init-output.log",
        "log_group_name": plan.log_group,
        "log_stream_name": "{hostname}/boot",
    }
    return {
        "agent": {"metrics_collection_interval": 60, "run_as_user": "root"},
        "metrics": {
            "namespace": METRICS,
            "append_dimensions": identity,
            "aggregation_dimensions": groups,
            "metrics_collected": {
                "mem": {"measurement": ["used_percent"]},
                "disk": {"measurement": ["used_percent"], "resources": disks, "drop_device": True},
            },
        },
        "logs": {"logs_collected": {"files": {"collect_list": [boot]}}},
    }


def _commands(services: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Once, after the packages. Without `--no-block` the boot would wait for the data volume."""
    started = [name for name in services if name != "tenfold-refresh.service"]
    agent = ("amazon-cloudwatch-agent-ctl", "-a", "fetch-config", "-m", "ec2", "-s")
    return (
        ("systemctl", "daemon-reload"),
        ("systemctl", "enable", "--now", "docker.service"),
        ("docker", "network", "create", NETWORK),
        (*agent, "-c", "file:/etc/tenfold/cloudwatch-agent.json"),
        ("systemctl", "enable", "--now", "--no-block", *started),
    )
