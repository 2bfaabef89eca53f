"""The whole blueprint: the fields of its top and of its environments. House rules are in `house.py`.

Field names and their meaning are documented here and in `sections/`, and nowhere else. From them
`docs/schema/blueprint.json` is generated, and `grammar.json`, which commands read: importing pydantic takes longer than
the rest of a command.
"""

from typing import Annotated, Any

from pydantic import Field

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import EditionReference, Measured, Spelled, StageReference
from tenfold.blueprints.grammar.sections.app import App, AppChange
from tenfold.blueprints.grammar.sections.balancer import Balancer
from tenfold.blueprints.grammar.sections.cache import Cache
from tenfold.blueprints.grammar.sections.cdn import Cdn
from tenfold.blueprints.grammar.sections.database import Database
from tenfold.blueprints.grammar.sections.events import Event, EventName
from tenfold.blueprints.grammar.sections.fleet import Fleet
from tenfold.blueprints.grammar.sections.kubernetes import Kubernetes
from tenfold.blueprints.grammar.sections.load import Load
from tenfold.blueprints.grammar.sections.moved import Moved
from tenfold.blueprints.grammar.sections.network import Network
from tenfold.blueprints.grammar.sections.queues import Queue, QueueName
from tenfold.blueprints.grammar.sections.read_models import ReadModel
from tenfold.blueprints.grammar.sections.regions import Regions
from tenfold.blueprints.grammar.sections.residency import AllowedRegions, TenantGroup
from tenfold.blueprints.grammar.sections.server import Server
from tenfold.blueprints.grammar.sections.services import Service, ServiceName
from tenfold.blueprints.grammar.sections.sessions import Sessions
from tenfold.blueprints.grammar.sections.signals import Signals
from tenfold.blueprints.grammar.sections.uploads import Uploads
from tenfold.blueprints.grammar.sections.workers import Workers

Name = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9-]{0,22}[a-z0-9]", "a name",
    "2 to 24 lower-case letters, digits and hyphens, starting with a letter: shop, my-shop.", 24,
)]  # fmt: skip
_DOMAIN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
Domain = Annotated[str, Spelled(
    "TF-V024", _DOMAIN, "a domain name",
    "Without scheme and path, in lower case: shop.example.com.",
)]  # fmt: skip

Zone = Annotated[str, Spelled(
    "TF-V035", rf"managed|existing|{_DOMAIN}", "managed, existing or the name of a zone",
    "Write managed, existing, or the name of the zone the account has: example.com.",
)]  # fmt: skip
_TAG = r"[^\x00-\x1f\x7f!\"#$%&'()*,;<>?\[\\\]^`{|}~]"  # letters, digits, spaces and + - = . _ : / @
_TAG_HINT = "Letters, digits, spaces and + - = . _ : / @ are allowed; keys up to 128 characters, values up to 256."
TagName = Annotated[str, Spelled("TF-V036", f"{_TAG}+", "the name of a tag", _TAG_HINT, 128)]
TagValue = Annotated[str, Spelled("TF-V036", f"{_TAG}*", "the value of a tag", _TAG_HINT, 256)]
Owner = Annotated[str, Spelled(
    "TF-V037", rf"(?!.*@){_TAG}+|[A-Za-z0-9_.+=/-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{{2,63}}", "an owner",
    "An address like team-shop@example.com and nothing else, or a name; it becomes a tag.", 256,
)]  # fmt: skip
Policy = Annotated[str, Spelled(
    "TF-V110", r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+", "the ARN of a policy",
    "Like arn:aws:iam::123456789012:policy/apps.", 2048,
)]  # fmt: skip
Stage = Annotated[int, StageReference()]


class Settings(Section):
    """The fields that the top of a blueprint and an environment have in common."""

    stage: Stage | None = optional("Stage of the scaling journey: 1 to 7, or its name.", "in-place")
    edition: Annotated[str, EditionReference()] | None = optional(
        "Date of the stages' defaults, which later releases keep. Without one, the newest. `tenfold upgrade` sets it.",
        "restart",
    )
    promoting_from: Stage | None = optional(
        "While a promotion runs: the stage it comes from. Both stages' parts then exist.", "in-place"
    )
    moved: Moved | None = optional("While a promotion runs: its progress.", "in-place")
    leftovers: Annotated[list[str], Field(max_length=100)] | None = optional(
        "Resources of an earlier stage, or from before a failback, that hold data or identity. They stay, protected, "
        "until they are removed from this list.",
        "in-place",
    )
    region: str | None = optional("AWS region.", "replace")
    domain: Domain | None = optional("Name under which users reach the application.", "in-place")
    zone: Zone | None = optional(
        "The domain's hosted zone: `managed` creates one, `existing` uses the account's zone of the domain above, "
        "and a name uses the account's zone of that name.",
        "in-place",
    )
    owner: Owner | None = optional("Who is responsible: for tags, alarms, the budget notice.", "in-place")
    tags: Annotated[dict[TagName, TagValue], Field(max_length=40)] | None = optional(
        "Tags on every resource; Route 53's hosted zones and health checks, which take ten, have the last four.",
        "in-place",
    )
    budget: Annotated[float, Measured(units.MONEY, 1, None, "at least 1 USD/month")] | None = optional(
        "Monthly budget; notice at 80 % and at 100 %.", "in-place"
    )
    permissions_boundary: Policy | None = optional(
        "Permissions boundary: the policy, by its ARN, beyond which no role of the stack may go.",
        "in-place",
    )
    throwaway: bool | None = optional(
        "True: may be destroyed at any time; nothing is protected, no final snapshots.", "in-place"
    )
    with_: list[str] | None = optional("Capabilities to take earlier than their stage.", "in-place", alias="with")
    without: list[str] | None = optional("Capabilities to leave out.", "in-place")
    load: Load | None = optional("What the application has to carry.", "none")
    network: Network | None = optional("The VPC.", "in-place")
    server: Server | None = optional("The one server of stages 1 and 2.", "restart")
    database: Database | None = optional("The database.", "restart")
    balancer: Balancer | None = optional("The load balancer, from stage 3.", "in-place")
    fleet: Fleet | None = optional("Interchangeable servers, from stage 3.", "restart")
    sessions: Sessions | None = optional("Where sessions live, from stage 3.", "restart")
    uploads: Uploads | None = optional("Where uploads go, from stage 5.", "in-place")
    cache: Cache | None = optional("The cache; at stage 3 the session store.", "in-place")
    cdn: Cdn | None = optional("CloudFront, from stage 4.", "in-place")
    queues: Annotated[dict[QueueName, Queue], Field(max_length=20)] | None = optional(
        "Work that nobody waits for, by name, from stage 6.", "in-place"
    )
    events: Annotated[dict[EventName, Event], Field(max_length=50)] | None = optional(
        "What has happened, told to queues, by name, from stage 6.", "in-place"
    )
    read_models: Annotated[dict[QueueName, ReadModel], Field(max_length=20)] | None = optional(
        "What is asked often, kept as it is asked and filled from events, by name, from stage 6.", "in-place"
    )
    services: Annotated[dict[ServiceName, Service], Field(max_length=20)] | None = optional(
        "Parts of the application that are released, scaled and stored on their own, by name, from stage 6.", "in-place"
    )
    kubernetes: Kubernetes | None = optional("The cluster of services on Kubernetes, from stage 6.", "in-place")
    regions: Regions | None = optional("A second region that takes over, from stage 7.", "in-place")
    workers: Workers | None = optional("Servers of their own for `app.jobs`, from stage 6.", "restart")
    residency: Annotated[dict[TenantGroup, AllowedRegions], Field(max_length=20)] | None = optional(
        "Groups of tenants, and the regions that their data may be in; checked over everything that is planned.", "none"
    )
    signals: Signals | None = optional("Alarms and their recipients.", "in-place")
    overrides: dict[str, dict[str, Any]] | None = optional(
        "The escape hatch: name of a child resource, and provider properties to set on it. "
        "The effect of a change depends on the property; `tenfold diff` shows it.",
        "replace",
    )


class Environment(Settings):
    """dev, staging, prod …: the fields that differ from the top of the blueprint."""

    app: AppChange | None = optional("The fields of the application that differ.", "restart")


class Blueprint(Settings):
    """A staged infrastructure blueprint."""

    name: Name = required("Prefix of every resource; never changes after the first up.", "replace")
    # Required here, optional in an environment: narrower than in the class above.
    stage: Stage = required("Stage of the scaling journey: 1 to 7, or its name.", "in-place")  # type: ignore[assignment]: unlike an environment
    app: App = required("The application that runs: image, health, settings.", "restart")
    environments: Annotated[dict[str, Environment | None], Field(min_length=1)] | None = optional(
        "One Pulumi stack per environment; each may change what is above.", "none"
    )
