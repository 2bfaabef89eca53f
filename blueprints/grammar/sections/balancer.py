"""The load balancer, from stage 3."""

from typing import Annotated

from tenfold.blueprints.choices import Algorithm, BalancerKind
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured, Spelled

RoutePattern = Annotated[str, Spelled(
    "TF-V019",
    r"[/*][A-Za-z0-9*?/_.$~\"'@:+&-]{0,127}|host:[A-Za-z0-9*?.-]{1,128}"
    r"|header:[A-Za-z0-9-]{1,40}=[A-Za-z0-9*?/_.$~\"'@:+&-]{1,127}", "a route",
    "Write a path like /api/*, host:api.example.com, or header:X-Version=2.", 128,
)]  # fmt: skip
Certificate = Annotated[str, Spelled(
    "TF-V023", r"managed|arn:aws[a-z-]*:(acm|iam):[a-z0-9-]*:[0-9]{12}:(certificate|server-certificate)/.+",
    "a certificate", "Write managed, or the ARN of a certificate in ACM.", 512,
)]  # fmt: skip


class Balancer(Section):
    """The load balancer in front of the servers."""

    kind: BalancerKind | None = optional("Layer 7 (application) or layer 4 (network).", "replace")
    algorithm: Algorithm | None = optional("Which server gets the next request.", "in-place")
    sticky: (
        Annotated[int, Measured(units.DURATION, 1, 604800, "from 1s to 7d (the balancer's limits)", word="none")] | None
    ) = optional("How long a visitor stays with one server; for applications that keep sessions.", "in-place")
    idle: Annotated[int, Measured(units.DURATION, 1, 4000, "from 1s to 4000s (the balancer's limits)")] | None = (
        optional(
            "Time until a silent connection is closed; 60s unless set. Set it longer than the pauses of websockets.",
            "in-place",
        )
    )
    routes: dict[RoutePattern, str] | None = optional(
        "Path, host or header patterns, and the service that answers them.", "in-place"
    )
    certificate: Certificate | None = optional("TLS certificate: managed, or an ARN.", "in-place")
