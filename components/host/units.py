"""The systemd units of a host: one per container, plus what they stand on."""

import re
from collections.abc import Iterable, Iterator, Sequence

from tenfold.components.host.plan import Application, Database, Health, HostPlan, Jobs, Lifecycle

_PLAIN = re.compile(r"[A-Za-z0-9_./:=,@-]+")
BUSY = "/run/worker"  # the jobs of a worker touch `busy` in it (files/tenfold-worker)
NETWORK = "tenfold"  # the Docker network: containers find each other as app, database, pgbouncer
SCRIPTS = "/usr/local/sbin"

# Amazon's public mirror of the Docker official images: no rate limit for EC2. PgBouncer has no official image; this is
# the one most used. Tags are fixed to what does not change behaviour under an application.
IMAGES = {
    "postgres": "public.ecr.aws/docker/library/postgres:{version}",
    "mysql": "public.ecr.aws/docker/library/mysql:{version}",
    "proxy": "public.ecr.aws/docker/library/caddy:2",
    "pgbouncer": "docker.io/edoburu/pgbouncer:v1.24.1-p1",
}


def units(plan: HostPlan) -> dict[str, str]:
    """File name in /etc/systemd/system -> text, for everything the plan asks for."""
    files = {
        "tenfold-refresh.service": _refresh(plan),
        "tenfold-refresh.timer": _TIMER,
    }
    if plan.application:
        files["tenfold-app.service"] = _app(plan, plan.application)
    if plan.jobs:
        files["tenfold-jobs.service"] = _jobs(plan, plan.jobs)
    if plan.proxy:
        files["tenfold-proxy.service"] = _proxy(plan)
    if plan.database:
        files["tenfold-database.service"] = _database(plan, plan.database)
    if plan.pooler:
        files["tenfold-pgbouncer.service"] = _pgbouncer(plan)
    if plan.volume_id:
        files["tenfold-volume.service"] = _volume(plan.volume_id)
    if plan.application and plan.application.health:
        files["tenfold-health.service"] = _health(plan.application.port, plan.application.health)
    if plan.application and plan.lifecycle:
        files["tenfold-lifecycle.service"] = _lifecycle(plan.region, plan.application.port, plan.lifecycle)
    if plan.worker:
        files["tenfold-worker.service"] = _worker(plan.region)
    return dict(sorted(files.items()))


def word(text: str) -> str:
    """One argument of an Exec line: systemd splits at blanks, expands `$` and `%`, and reads C escapes."""
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _app(plan: HostPlan, app: Application) -> str:
    # Behind the proxy only the host itself reaches the port; without one the balancer does.
    address = f"127.0.0.1:{app.port}:{app.port}" if plan.proxy else f"{app.port}:{app.port}"
    options = ["--publish", address, "--env-file", "/run/tenfold/app.env"]
    return _container(plan, "app", "The application", app.image or "@APP_IMAGE", options, stop=app.drain_seconds)


def _jobs(plan: HostPlan, jobs: Jobs) -> str:
    options = ["--env-file", "/run/tenfold/app.env"]
    image, command = jobs.image or "@JOBS_IMAGE", ["--", *jobs.command]
    if plan.application:
        return _container(
            plan, "jobs", "Background jobs", image, [*options, *command], stop=plan.application.drain_seconds
        )
    assert plan.worker  # a plan has the one or the other
    options += ["--env", f"WORKER_BUSY_FILE={BUSY}/busy", "--volume", f"{BUSY}:{BUSY}"]
    unit = _container(plan, "jobs", "Background jobs", image, [*options, *command], stop=plan.worker.drain_seconds)
    writable = f"[Service]\nExecStartPre=/usr/bin/install -d -m 1777 {BUSY}\n"  # for any user of the container
    # tenfold-settings restarts app and jobs, of which only one is here.
    return unit.replace("[Service]\n", writable) + "Alias=tenfold-app.service\n"


def _proxy(plan: HostPlan) -> str:
    options = ["--publish", "80:80", "--publish", "443:443"]
    options += ["--volume", "/etc/tenfold/Caddyfile:/etc/caddy/Caddyfile:ro"]
    if plan.volume_id:  # certificates outlive the host: the authority limits how many it issues in a week
        options += ["--volume", "/data/proxy:/data"]
    return _container(plan, "proxy", "TLS proxy", IMAGES["proxy"], options)


def _database(plan: HostPlan, database: Database) -> str:
    files = {
        "postgres": ["/data/database:/files", "--env", "PGDATA=/files/main"],
        "mysql": ["/data/database:/var/lib/mysql"],
    }
    options = ["--env-file", "/run/tenfold/database.env", "--shm-size", "256m", "--volume", *files[database.engine]]
    image = IMAGES[database.engine].format(version=database.version)
    return _container(plan, "database", f"The database ({database.engine})", image, options, stop=120)


def _pgbouncer(plan: HostPlan) -> str:
    options: list[str] = []
    for name in ("pgbouncer.ini", "userlist.txt"):
        options += ["--volume", f"/run/tenfold/{name}:/etc/pgbouncer/{name}:ro"]
    return _container(plan, "pgbouncer", "Connection pool", IMAGES["pgbouncer"], options, stop=30)


def _container(plan: HostPlan, name: str, title: str, image: str, options: Sequence[str], *, stop: int = 10) -> str:
    """A container as a unit. An image `@KEY` is looked up among the releases; `stop` is seconds until the kill."""
    needs = [f"tenfold-{other}.service" for other in _needs(plan, name)]
    lines = [
        f"ExecStart={SCRIPTS}/tenfold-container {' '.join(map(word, [name, image, *options]))}",
        f"ExecStop=/usr/bin/docker stop --time {stop} {name}",
        f"TimeoutStopSec={stop + 15}",
        "Restart=always",
        "RestartSec=5",
    ]
    return _unit(title, needs, lines)


def _needs(plan: HostPlan, name: str) -> Iterator[str]:
    """What has to run before this container does."""
    if plan.volume_id and name in ("database", "proxy"):
        yield "volume"
    if plan.database and name in ("app", "jobs", "pgbouncer"):
        yield "database"
    if plan.pooler and name in ("app", "jobs"):
        yield "pgbouncer"


def _volume(volume_id: str) -> str:
    lines = [
        "Type=oneshot",
        "RemainAfterExit=yes",
        f"ExecStart={SCRIPTS}/tenfold-volume {volume_id}",
        "ExecStop=/usr/bin/umount /data",
        "TimeoutStartSec=900",  # the volume is attached after the host has started
        "Restart=on-failure",
        "RestartSec=15",
    ]
    return _unit("The data volume on /data", [], lines)


def _refresh(plan: HostPlan) -> str:
    """Follows changed settings, secrets (a rotated password) and releases, and a volume that was made larger."""
    grow = "ExecStartPre=-/usr/sbin/xfs_growfs /data" if plan.volume_id else ""
    return _unit(
        "Follow changed settings", [], ["Type=oneshot", grow, f"ExecStart={SCRIPTS}/tenfold-settings"], wanted_by=""
    )


def _health(port: int, health: Health) -> str:
    url = f"http://127.0.0.1:{port}{health.path}"
    numbers = (
        f"{health.interval_seconds} {health.timeout_seconds} {health.unhealthy_threshold} {health.starts_in_seconds}"
    )
    lines = [f"ExecStart={SCRIPTS}/tenfold-health {word(url)} {numbers}", "Restart=always", "RestartSec=5"]
    return _unit("Restart the application when it stops answering", ["tenfold-app.service"], lines)


def _lifecycle(region: str, port: int, lifecycle: Lifecycle) -> str:
    """Not stopped with the containers: it stops them."""
    ready = lifecycle.ready
    url = [f"http://127.0.0.1:{port}{ready}"] if ready else []
    words = " ".join(map(word, [region, *url]))
    lines = [f"ExecStart={SCRIPTS}/tenfold-lifecycle {words}", "Restart=on-failure", "RestartSec=5"]
    return _unit("Answer Auto Scaling", [], lines)


def _worker(region: str) -> str:
    lines = [f"ExecStart={SCRIPTS}/tenfold-worker {word(region)}", "Restart=on-failure", "RestartSec=5"]
    return _unit("Answer Auto Scaling, which takes workers that are free", [], lines)


def _unit(title: str, needs: Iterable[str], service: Iterable[str], wanted_by: str = "multi-user.target") -> str:
    """`needs` are started before; one that fails does not keep this unit from being tried (it checks for itself)."""
    wants = " ".join(["docker.service", *needs])
    lines = ["[Unit]", f"Description={title}", f"Wants={wants}", f"After={wants}", "", "[Service]"]
    lines += [line for line in service if line]
    if wanted_by:
        lines += ["", "[Install]", f"WantedBy={wanted_by}"]
    return "\n".join(lines) + "\n"


# Randomised, so that the hosts of a fleet do not restart their application in the same moment.
_TIMER = """[Unit]
Description=Follow changed settings every two minutes

[Timer]
OnBootSec=5min
OnUnitActiveSec=2min
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""
