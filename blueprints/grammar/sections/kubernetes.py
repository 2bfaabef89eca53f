"""The cluster that services with `runs_on: kubernetes` run in. docs/services.md"""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import Nodes, Processor
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Spelled

AdminName = Annotated[str, Spelled(
    "TF-V038", r"(?!auto$)[a-z](-?[a-z0-9])*", "a name",
    "Small letters, digits and single hyphens, starting with a letter: deploy. `auto` is the machines' own.", 20,
)]  # fmt: skip
AdminArn = Annotated[str, Spelled(
    "TF-V039", r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+", "a role or a user of IAM",
    "Write its ARN, arn:aws:iam::123456789012:role/deploy, not that of a session.", 600,
)]  # fmt: skip


class Kubernetes(Section):
    """One cluster of EKS for all services that run on Kubernetes."""

    version: str | None = optional("Of Kubernetes, in quotes; one minor version a step, never back.", "in-place")
    admins: Annotated[dict[AdminName, AdminArn], Field(max_length=20)] | None = optional(
        "Roles that administer it, by names of your own; needed, for nobody else gets in. Who runs `up` must be one.",
        "in-place",
    )
    viewers: Annotated[dict[AdminName, AdminArn], Field(max_length=20)] | None = optional(
        "Roles that see what is in it, logs of pods too, and change nothing; by names of your own.", "in-place"
    )
    reachable_from: Annotated[list[str], Field(max_length=40)] | None = optional(
        "Networks that reach its API from outside; without one `up` has to run inside the VPC.", "in-place"
    )
    nodes: Nodes | None = optional(
        "Its machines: `auto` as pods need them (EKS Auto Mode); `managed` a group of a type of your choice, and Auto "
        "Mode's for what it does not hold.",
        "restart",
    )
    instance: str | None = optional(
        "Of `managed`: EC2 instance type of the group's machines, with the same `processor`.", "restart"
    )
    # At most: EKS User Guide, "Service quotas", nodes for each managed node group.
    machines: int | None = optional("Of `managed`: how many machines the group has.", "in-place", ge=2, le=450)
    processor: Processor | None = optional("Of its machines; images must be built for it.", "restart")
    cpu_limit: int | None = optional(
        "vCPUs of all its machines together, a group's too; above it pods wait.", "in-place", ge=2, le=10_000
    )
