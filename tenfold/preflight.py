"""What is refused before the engine starts, by the stack's state and a plan."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenfold import exits, planning
from tenfold.deployment import Deployment
from tenfold.failure import Failure
from tenfold.promotion import standing
from tenfold.wording import moment

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.blueprints.resolve import Resolution
    from tenfold.diff import Change, Difference
    from tenfold.promotion.checks import Asked, State


UNKNOWN = "It is not known whether a takeover is under way."
FENCE, COMPARE = "fence", "compare"  # from the first on nobody writes, from the other on databases change their names


def check(
    deployment: Deployment, accepted: Collection[str] = (), agrees: Callable[[str], bool] = lambda fact: False
) -> "Difference":
    """What the run would change. `agrees`: as in `refuse_under_way`.

    Raises `Failure`: refused for another account or name, for what would be lost (except the URNs in `accepted`) and
    for what AWS would not delete; wrong input for URNs that are not deployed.

    Raises `WrongBlueprint` for overrides that hit nothing.
    """
    from tenfold.engine import account
    from tenfold.refusals import leaps, lifting, losses, service_roles

    deployed = deployment.driver.deployed_resources()
    refuse_under_way(deployment, deployed, FENCE, agrees)
    refuse_unknown(accepted, deployed)
    if not deployed:
        refuse_rename(deployment)
    account.refuse_another(deployment.where, deployed)
    architecture = deployment.architecture
    refuse_not_taken_over(architecture, deployed)
    before = standing.of(deployed)
    leaps.refuse_leap(before, architecture, deployment.resolution.values, deployment.place)
    difference = planning.compare_with_deployed(deployed, deployment.resolution, local=bool(deployment.where.cloud))
    refuse_no_former(difference, architecture.environment)
    refuse_unchangeable(lifting.asked_by(deployment), deployed, difference, deployment.resolution, accepted)
    throwaway = bool(before and before.throwaway)
    losses.refuse_unprotection(difference, architecture, throwaway, deployment.flags, accepted)
    losses.refuse_loss(losses.losses(deployed, difference, accepted), architecture, before.stage if before else None)
    losses.refuse_shortening(difference, throwaway, accepted)
    lifting.refuse_blocked(deployment, deployed, difference)
    service_roles.refuse_missing(deployment.where, architecture.region, difference)
    return difference


def refuse_unchangeable(
    asked: "Asked", deployed: "State", difference: "Difference", resolution: "Resolution", accepted: Collection[str]
) -> None:
    """Raises `Failure` for choices and defaults that a stack keeps for ever, locks that nobody can change any more, and
    what the provider or AWS does not do."""
    from tenfold.refusals import locked_vaults, permanent, refusal

    architecture, origins = resolution.architecture, resolution.origins
    assert architecture
    choices = permanent.changed_choices(deployed, architecture, accepted)
    lasting = choices or permanent.changed_defaults(deployed, architecture, origins)
    locks = locked_vaults.find_refusals(asked, deployed, difference, origins)
    refusal.refuse([*lasting, *locks, *difference.refused])


def notes(deployment: Deployment) -> list[str]:
    """What is worth a word before a run, and stops none."""
    from tenfold.engine import state_region, workspace
    from tenfold.stacks import secret_values

    configured = workspace.config(deployment.where)
    clear = secret_values.in_clear(deployment.architecture, configured)
    return [
        *state_region.at_risk(deployment.where, deployment.architecture),
        *(
            f"{key} of the stack's configuration is not used: no `secrets` of the blueprint names it"
            for key in secret_values.unknown(deployment.architecture, configured)
        ),
        *(
            f"{key} is in the stack's configuration in clear: encrypt it by `pulumi config set --secret {key}`, and "
            "take another value if the file was committed"
            for key in clear
        ),
    ]


def refuse_not_taken_over(architecture: "Architecture", deployed: list[dict[str, Any]]) -> None:
    """Raises `Failure` (refused) where the blueprint's database is an imported one that the stack does not have: it
    would be made, and AWS has one of that name."""
    imported, primary = architecture.database.imported, f"::{architecture.name}-database-primary"
    if imported and not any(resource["urn"].endswith(primary) for resource in deployed):
        raise Failure(
            f"The database {imported.identifier} has not been taken over into this stack.",
            why="`database.imported` says that it is there already",
            remedies=(
                "add --import FILE, which `tenfold import` has written beside the blueprint; or",
                "take `imported` out, for an environment with a new database. Nothing was changed.",
            ),
            code=exits.REFUSED,
        )


def _is_former(change: "Change") -> bool:
    from tenfold.blueprints.standby import FORMER

    return change.op == "create" and change.type == "aws:rds/instance:Instance" and change.name.endswith(FORMER)


def refuse_no_former(difference: "Difference", environment: str) -> None:
    """Raises `Failure` (refused) for a leftover of a failback that is not there: it would be made, and empty."""
    if absent := [one.name for one in difference.resources if _is_former(one)]:
        raise Failure(
            f"{', '.join(absent)} is not deployed.",
            why="only a failback leaves it; listed under `leftovers`, it would be a new and empty database",
            remedies=(f"take it out of `leftovers` in environments.{environment}. Nothing was changed.",),
            code=exits.REFUSED,
        )


def refuse_under_way(
    deployment: Deployment,
    deployed: list[dict[str, Any]],
    of_failback: str = "",
    agrees: Callable[[str], bool] = lambda fact: False,
) -> None:
    """Raises `Failure` (refused) while a takeover has not ended: a failover at once; a failback, whose first half may
    take hours, from the end of the step `of_failback` on. Where the region does not answer in which the journal is,
    nobody knows: then `agrees` is told so, and says whether to go on by what this machine knows."""
    from tenfold.failover import register
    from tenfold.refusals import lifting

    known = register.last_takeover(deployment.where, register.client(lifting.asked_by(deployment), deployed))
    notes = known.journal
    if known.trouble and not agrees(f"{UNKNOWN} The second region does not tell: {known.trouble}."):
        raise Failure(
            UNKNOWN,
            why=f"the second region does not tell: {known.trouble}",
            remedies=(
                "see that it answers, and that the credentials may read it (ssm:GetParametersByPath); then again",
                "if it is certain that nobody has begun one, run this on a terminal: it asks, also with --yes",
            ),
            code=exits.REFUSED,
        )
    if notes is None or notes.ended or (notes.way == "failback" and of_failback and not notes.has(of_failback)):
        return
    who = f"; {known.run.doing}" if known.run and known.run.is_alive else ""
    raise Failure(
        f"The {notes.way} of {moment(notes.began)} has not ended.",
        why=f"it changes both regions, and the state at its end{who}",
        remedies=(
            f"tenfold {notes.way} {deployment.flags}   resumes it",
            *(() if notes.has("promote") else (f"tenfold {notes.way} {deployment.flags} --give-up   goes back",)),
            "Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def refuse_unknown(accepted: Collection[str], deployed: list[dict[str, Any]]) -> None:
    """Raises `Failure` (wrong input) for what `--accept-loss` names and is not deployed."""
    known = {resource["urn"] for resource in deployed}
    if unknown := [urn for urn in accepted if urn not in known]:
        raise Failure(
            f"{', '.join(unknown)} is not deployed.",
            why="--accept-loss takes the whole URN of one resource, as the refusal prints it",
            code=exits.WRONG_INPUT,
        )


def refuse_rename(deployment: Deployment) -> None:
    """Raises `Failure` (refused) where the same environment of the same file is deployed under another `name`: this one
    would be a second stack, and empty."""
    from tenfold.engine import workspace
    from tenfold.refusals import refusal, rename

    where = deployment.where

    def holds(stack: str) -> bool:
        return bool(workspace.deployed_resources(replace(where, stack=stack)))

    folders = where.directory.parent.iterdir() if where.cloud else [where.directory / where.stack_files]
    known = {name: config for name, config in rename.known_stacks(folders).items() if holds(name)}
    file = workspace.blueprint_of(where, deployment.file)
    change = rename.find_rename(where.stack, file, deployment.architecture.environment, known)
    refusal.refuse([change] if change else [])
