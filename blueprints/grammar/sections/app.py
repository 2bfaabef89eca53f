"""The application: image, health, settings, background work."""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Measured, Spelled

_PART = r"[a-z0-9]+([._-]+[a-z0-9]+)*"  # of an image name
Image = Annotated[str, Spelled(
    "TF-V017", rf"{_PART}(:[0-9]{{1,5}})?(/{_PART})*(:[A-Za-z0-9_][A-Za-z0-9._-]{{0,127}})?(@sha256:[0-9a-f]{{64}})?",
    "a container image", "Write registry/name:tag, for example ghcr.io/acme/shop:1.4.2.", 512,
)]  # fmt: skip
UrlPath = Annotated[str, Spelled(
    "TF-V018", r"/[A-Za-z0-9/_.~:@!$&()*+,;=%?-]*", "a path of a web address",
    "It starts with /, for example /healthz.", 1024,
)]  # fmt: skip
VariableName = Annotated[str, Spelled(
    "TF-V020", r"[A-Z][A-Z0-9_]*", "the name of an environment variable",
    "Capital letters, digits and _; for example LOG_LEVEL.", 128,
)]  # fmt: skip
VariableValue = Annotated[str, Spelled(  # a parameter of Parameter Store, and one line of an environment file
    "TF-V033", r"(?!.*\{\{)[^\x00-\x08\x0a-\x1f\x7f]+", "a value an environment variable can hold",
    "One line of 1 to 4,096 characters without {{. Leave an empty one out; encode others in base64.", 4096,
)]  # fmt: skip
Argument = Annotated[str, Spelled(
    "TF-V034", r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*", "an argument of a command",
    "It cannot hold control characters.", 2000,
)]  # fmt: skip
Port = Annotated[int, Field(ge=1, le=65535)]


class Health(Section):
    path: UrlPath | None = optional("Path that a healthy application answers with 200.", "in-place")
    every: Annotated[int, Measured(units.DURATION, 5, 300, "from 5s to 5m (the balancer's limits)")] | None = optional(
        "Time between two checks.", "in-place"
    )
    timeout: Annotated[int, Measured(units.DURATION, 2, 120, "from 2s to 2m (the balancer's limits)")] | None = (
        optional("How long an answer may take.", "in-place")
    )
    healthy_after: int | None = optional("Good checks in a row until traffic comes.", "in-place", ge=2, le=10)
    unhealthy_after: int | None = optional("Bad checks in a row until traffic stops.", "in-place", ge=2, le=10)
    starts_in: Annotated[int, Measured(units.DURATION, 0, 7200, "at most 2h")] | None = optional(
        "How long the application may take to start before checks count.", "in-place"
    )


class Jobs(Section):
    """Background work beside the application."""

    image: Image | None = optional("Container image of the background work; without it, the application's.", "restart")
    command: list[Argument] | None = optional("Command and its arguments.", "restart", min_length=1)


class AppChange(Section):
    """The application, as an environment may change it."""

    image: Image | None = optional("Container image of the application.", "restart")
    port: Port | None = optional("Port the application listens on.", "restart")
    health: Health | None = optional("How its health is checked.", "in-place")
    stateless: bool | None = optional(
        "True when sessions, uploads and caches live elsewhere, so that any server can answer.", "none"
    )
    env: dict[VariableName, VariableValue] | None = optional("Environment variables.", "restart")
    secrets: list[VariableName] | None = optional("Names of secrets; the values live in Secrets Manager.", "restart")
    jobs: Jobs | None = optional("Background work beside the application.", "restart")
    drain: Annotated[int, Measured(units.DURATION, 0, 3600, "at most 1h (the balancer's limit)")] | None = optional(
        "How long requests may finish when a server leaves.", "in-place"
    )


class App(AppChange):
    """The application."""

    # Required here, optional in an environment: narrower than in the class above.
    image: Image = required("Container image of the application.", "restart")  # type: ignore[assignment]: unlike an environment
