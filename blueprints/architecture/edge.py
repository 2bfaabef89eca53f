"""The way in: network, balancer, CDN."""

from collections.abc import Mapping
from dataclasses import field

from tenfold.blueprints.architecture.existing import ExistingNetwork
from tenfold.blueprints.choices import Algorithm, BalancerKind, DynamicCache, Nat, PriceClass
from tenfold.blueprints.value import Value


class Network(Value):
    cidr: str
    zones: int
    nat: Nat
    existing: ExistingNetwork | None = None

    @property
    def closed(self) -> bool:
        """Whether its private hosts reach nothing outside AWS. Where an existing one leads is its owner's choice."""
        return self.nat == "none" and self.existing is None


class Balancer(Value):
    kind: BalancerKind
    algorithm: Algorithm
    sticky: int | None  # seconds
    routes: Mapping[str, str]  # path pattern -> service
    certificate: str  # `managed`, or an ARN
    idle: int | None = None  # seconds until a quiet connection is closed; None leaves AWS's 60


class EdgeFunctions(Value):
    """What the edge itself does to requests and answers."""

    one_name: bool = False  # whoever comes by another name is sent to `domain`
    redirects: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    experiments: Mapping[str, float] = field(default_factory=dict)  # cookie -> fraction of visitors for whom it is `b`
    request: str = ""  # JavaScript; empty where it is generated
    response: str = ""

    @property
    def events(self) -> dict[str, tuple[str, ...]]:
        """What runs at each event, by the blueprint's fields: the team's code and what would be generated."""
        own = {"request": ("one_name", "redirects", "experiments"), "response": ("headers", "experiments")}
        return {event: tuple(f for f in (event, *others) if getattr(self, f)) for event, others in own.items()}


class LambdaFunctions(Value):
    """Functions of Lambda@Edge, which are published outside of the stack."""

    versions: Mapping[str, str] = field(default_factory=dict)  # field of the blueprint (`origin_request`) -> ARN
    body: bool = False  # those of requests get the body


class Cdn(Value):
    """CloudFront in front of the balancer and of a bucket with static files."""

    static_paths: tuple[str, ...]
    static_keep: int  # days
    dynamic_paths: tuple[str, ...]
    dynamic_cache: DynamicCache
    price_class: PriceClass
    waf: bool
    certificate: str  # `managed`, or an ARN
    error_page: str | None = None  # a file of the bucket, shown while the application does not answer
    functions: EdgeFunctions = EdgeFunctions()
    lambdas: LambdaFunctions = LambdaFunctions()
