"""What is billed by use, derived from `load` with the formula in words. A blueprint that states an amount under
`load.usage` (from a bill, or measured) overrides it.

The assumptions are starting points for an application nobody has measured yet.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.sizes import sizing
from tenfold.foresight import servers
from tenfold.foresight.average_fleet import average_servers, simulated_day
from tenfold.foresight.servers import HOURS

if TYPE_CHECKING:
    from tenfold.foresight.simulation import Run

GIB = 2**20  # KiB

# Assumptions, ours, in KiB unless said otherwise.
SENT = 4  # of a request that writes
ROWS = 10  # from the database and the cache for one request
APP_LOG = 0.3  # one line
FLOW_LOG = 0.05  # records of connections that are kept for several requests, gathered over ten minutes
WALL_LOG = 1.5  # a request that the firewall blocks or counts
OS_SAMPLE = 5  # what RDS writes of its system once a minute
ACCESS_LOG = 0.1  # one line of the balancer or the CDN, compressed
OUTSIDE = 10  # to and from services elsewhere, for a request that needs one
OUTSIDE_SHARE = 0.1  # of the requests need one
WALL_SHARE = 0.01  # of the requests are blocked or counted
MISSED = 0.1  # of the requests for files are not at the edge yet
UPLOADED = 0.05  # of the requests that write bring a file
REQUESTS_A_CONNECTION = 10
CONNECTION_OPEN = 60  # seconds, as long as the balancer keeps a quiet one
FREE_RULES = 10  # of a balancer cost nothing
IMAGE = 0.5  # GiB
RELEASES = 20  # a month; each server fetches the image
STATIC = 1  # GiB of files of the application
UPLOADS = 1  # MiB stored for each user
LOGGED = 10  # what a request that writes adds to the database's log, which a replica in another region reads
DAILY_CHANGE = 0.03  # of the data, in a snapshot or a backup


class Use(NamedTuple):
    """An amount a month and its formula."""

    amount: float
    how: str
    stated: bool = False


class Usage(Mapping[str, Use]):
    """By the names of `load.usage`; logs and files by the place where they arise (`logs.flow`) as well."""

    def __init__(self, a: Architecture) -> None:
        self.architecture = a
        self._uses: dict[str, Use] = {}

    def __getitem__(self, name: str) -> Use:
        if name not in self._uses:
            self._uses[name] = self._use(name)
        return self._uses[name]

    def __iter__(self):
        return iter(DERIVED)

    def __len__(self) -> int:
        return len(DERIVED)

    def _use(self, name: str) -> Use:
        whole, _, part = name.partition(".")
        derived = DERIVED[name](self)
        stated = self.stated_amount(whole)
        if stated is None:
            return derived
        if not part:
            return Use(stated, f"load.usage.{whole}", stated=True)
        total = sum(DERIVED[each](self).amount for each in DERIVED if each.startswith(f"{whole}."))
        share = derived.amount / total if total else 0
        return Use(stated * share, f"{share:.0%} of load.usage.{whole}", stated=True)

    def stated_amount(self, name: str) -> float | None:
        return getattr(self.architecture.load.usage, name, None)

    @cached_property
    def running(self) -> tuple[servers.Amount, str]:
        """Servers of the fleet, and how many are typical in words."""
        return average_servers(self.architecture, self.day)

    @cached_property
    def day(self) -> "Run | None":
        """A simulated day of the fleet, where it may change."""
        return simulated_day(self.architecture)

    @property
    def writes(self) -> float:
        return self["requests"].amount * (1 - self.architecture.load.reads)


def short(number: float) -> str:
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def _requests(u: Usage) -> Use:
    a = u.architecture
    amount = servers.mean_rate(a) * HOURS * 3600
    return Use(amount, f"{a.load.peak:g} requests/s × {sizing.MEAN_OF_PEAK:.0%} × {HOURS} h = {short(amount)} requests")


def _per_request(kib: float, what: str, share: float = 1) -> Callable[[Usage], Use]:
    """GiB from requests, each with so much."""
    part = f" × {share:.0%}" if share != 1 else ""

    def derive(u: Usage) -> Use:
        requests = u["requests"].amount
        return Use(requests * share * kib / GIB, f"{short(requests)} requests{part} × {kib:g} KiB {what}")

    return derive


def _answers(u: Usage) -> Use:
    return _per_request(u.architecture.load.answer_size, "an answer")(u)


def _count(share: float, what: str) -> Callable[[Usage], Use]:
    part = f" × {share:.0%}" if share != 1 else ""

    def derive(u: Usage) -> Use:
        requests = u["requests"].amount
        return Use(requests * share, f"{short(requests)} requests{part}{what}")

    return derive


def _lcu_hours(u: Usage) -> Use:
    """The largest of four, each at the month's mean rate. Source: Elastic Load Balancing pricing, "LCU details"."""
    rate = u["requests"].amount / HOURS / 3600
    opened = rate / REQUESTS_A_CONNECTION
    answer = u.architecture.load.answer_size
    own = len(u.architecture.balancer.routes) if u.architecture.balancer else 0
    routes = own + len(u.architecture.running_services)
    sizes = {
        f"{opened:.3g} new connections/s ÷ 25": opened / 25,
        f"{opened * CONNECTION_OPEN:.3g} open connections ÷ 3000": opened * CONNECTION_OPEN / 3000,
        f"{rate * 3600 * answer / GIB:.3g} GiB/h ÷ 1": rate * 3600 * answer / GIB,
        f"{rate:.3g} requests/s × {routes - FREE_RULES} rules ÷ 1000": rate * max(0, routes - FREE_RULES) / 1000,
    }
    most = max(sizes, key=lambda how: sizes[how])
    return Use(sizes[most] * HOURS, f"{most} = {sizes[most]:.3g} LCU × {HOURS} h")


def _nat(u: Usage) -> Use:
    """S3 has a gateway endpoint, so images in ECR, whose layers lie in S3, do not come this way."""
    from tenfold.components.host.image_registry import ECR

    a = u.architecture
    fetched = 0 if ECR.fullmatch(a.app.image) else u.running[0].typical * RELEASES * IMAGE
    outside = u["requests"].amount * OUTSIDE_SHARE * OUTSIDE / GIB
    logs = u["logs.app"].amount
    how = f"{fetched:.3g} GiB of images + {outside:.3g} of {OUTSIDE_SHARE:.0%} of requests × {OUTSIDE} KiB elsewhere"
    how += f" + {logs:.3g} of logs"
    return Use(fetched + outside + logs, how)


def _between_zones(u: Usage) -> Use:
    """To a database, a cache or a NAT gateway in another zone; the side of RDS and ElastiCache is not billed."""
    a = u.architecture
    elsewhere = (a.network.zones - 1) / a.network.zones
    rows = u["requests"].amount * ROWS / GIB
    nat = u["nat"].amount if a.network.nat == "one" else 0
    how = f"({rows:.3g} GiB of rows + {nat:.3g} through one NAT) × {elsewhere:.0%} in another zone"
    return Use((rows + nat) * elsewhere, how)


def _database_logs(u: Usage) -> Use:
    a = u.architecture
    if not a.owns_database:
        return Use(0, "no database")
    instances = 1 + (a.database.replicas.count if a.database.replicas else 0)
    each = OS_SAMPLE * 60 * HOURS / GIB
    return Use(instances * each, f"{instances} × a sample of {OS_SAMPLE} KiB a minute")


def _firewall_logs(u: Usage) -> Use:
    wall = u.architecture.cdn and u.architecture.cdn.waf
    return _per_request(WALL_LOG, "a record", WALL_SHARE)(u) if wall else Use(0, "no firewall")


def _static(u: Usage) -> Use:
    return Use(STATIC, f"{STATIC} GiB of files") if u.architecture.cdn else Use(0, "no bucket of files")


def _access_logs(u: Usage) -> Use:
    """Of the balancer and of the CDN, each kept for 30 days."""
    logs = _per_request(ACCESS_LOG, "a line, kept 30 days")(u)
    return logs if u.architecture.balancer else Use(0, "no balancer")


def _files_uploads(u: Usage) -> Use:
    users = u.architecture.load.users if u.architecture.uploads else 0
    return Use(users * UPLOADS / 1024, f"{short(users)} users × {UPLOADS} MiB")


def per_request(a: Architecture) -> dict[str, float]:
    """Messages of each queue for a request; empty where one of them does not state it."""
    known = {name: queue.per_request for name, queue in a.queues.items() if queue.per_request is not None}
    return known if len(known) == len(a.queues) else {}


def _messages(u: Usage) -> Use:
    known = per_request(u.architecture)
    if not known:
        return Use(u.writes, f"{short(u.writes)} requests that write, a message each")
    requests, each = u["requests"].amount, sum(known.values())
    return Use(requests * each, f"{short(requests)} requests × {each:.3g} messages")


def _file_writes(u: Usage) -> Use:
    return Use(u.writes * UPLOADED, f"{short(u.writes)} requests that write × {UPLOADED:.0%}")


def _cdn_in(u: Usage) -> Use:
    return Use(u.writes * SENT / GIB, f"{short(u.writes)} requests that write × {SENT} KiB")


def _snapshots(u: Usage) -> Use:
    """Of the server's volume: each after the first holds what changed."""
    a = u.architecture
    used, days = a.load.data + 2, a.database.backups.keep
    amount = used * (1 + days * DAILY_CHANGE)
    return Use(amount, f"{used} GiB used × (1 + {days} days × {DAILY_CHANGE:.0%})")


def _backups(u: Usage) -> Use:
    """As much as is allocated costs nothing."""
    a = u.architecture
    kept = a.load.data * (1 + a.database.backups.keep * DAILY_CHANGE)
    over = max(0.0, kept - a.database.storage.size)
    return Use(over, f"{kept:.3g} GiB kept − {a.database.storage.size} GiB free with the storage")


def _vaulted(u: Usage) -> Use:
    """In one of the two vaults; nothing of it is free, unlike RDS's own backups."""
    a = u.architecture
    days = a.vault.keep if a.vault else 0
    return Use(a.load.data * (1 + days * DAILY_CHANGE), f"{a.load.data} GiB × (1 + {days} days × {DAILY_CHANGE:.0%})")


def _vaulted_copies(u: Usage) -> Use:
    a, days = u.architecture, HOURS / 24
    return Use(a.load.data * days * DAILY_CHANGE, f"{a.load.data} GiB × {days:.3g} days × {DAILY_CHANGE:.0%}")


DERIVED: Mapping[str, Callable[[Usage], Use]] = {
    "requests": _requests,
    "transfer_out": _answers,
    "lcu_hours": _lcu_hours,
    "nat": _nat,
    "between_zones": _between_zones,
    "cdn_out": _answers,
    "cdn_in": _cdn_in,
    "cdn_requests": _count(1, ""),
    "waf_requests": _count(1, ""),
    "logs.app": _per_request(APP_LOG, "a line"),
    "logs.flow": _per_request(FLOW_LOG, "of flow records"),
    "logs.database": _database_logs,
    "logs.firewall": _firewall_logs,
    "files.static": _static,
    "files.uploads": _files_uploads,
    "files.access_logs": _access_logs,
    "file_reads": _count(MISSED, " not at the edge"),
    "file_writes": _file_writes,
    "messages": _messages,
    "table_reads": _count(1, ", a read unit each"),
    "table_writes": lambda u: Use(u.writes, f"{short(u.writes)} requests that write, a unit each"),
    "tables": lambda u: Use(1, "1 GiB"),
    "replicated": lambda u: Use(u.writes * LOGGED / GIB, f"{short(u.writes)} requests that write × {LOGGED} KiB"),
    "snapshots": _snapshots,
    "backups": _backups,
    "vaulted": _vaulted,
    "vaulted_copies": _vaulted_copies,
}
