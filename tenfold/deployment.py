"""From a blueprint on the command line to a stack that the engine can run: what up, destroy and outputs share."""

import os
import shlex
import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blueprints.architecture import Architecture
from blueprints.value import Value
from tenfold import exits, home
from tenfold.failure import Failure
from tenfold.promotion import standing

if TYPE_CHECKING:
    from tenfold.diff import Difference


class Deployment(Value):
    """One environment of one blueprint in one place. `architecture` is complete; `resolution` knows its origins."""

    file: Path
    resolution: Any
    architecture: Architecture
    where: Any
    driver: Any
    stage: str | None = None  # of the command line

    @property
    def title(self) -> str:
        told = self.architecture
        return f"{self.where.stack} · stage {told.stage} {told.stage_name} · {self.where.where}"

    def title_of(self, held: list[dict[str, Any]]) -> str:
        """The same with the stage that is deployed, which need not be the file's."""
        from blueprints.stages.presets import presets
        from tenfold.engine import workspace

        stage = workspace.outputs(held).get("stage")
        at = f"stage {int(stage)} {presets()[int(stage)].name}" if stage else "a first run that has not finished"
        return f"{self.where.stack} · {at} · {self.where.where}"

    @property
    def flags(self) -> str:
        """What a following command needs to speak of the same deployment, quoted for a shell."""
        return _flags(self.file, self.architecture, self.where.cloud, self.stage)

    @property
    def place(self) -> str:
        """The same for `tenfold promote`, which goes by the stage in the file."""
        return _flags(self.file, self.architecture, self.where.cloud)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """FILE, --env, --stage, --local, --local-fault: the same for every command on a deployment."""
    for option in (
        click.option("--local-fault", metavar="KIND@N", help="Fail on purpose: throttle, error, crash, slow, kill."),
        click.option("--local", is_flag=True, help="On the local cloud: simulated AWS, no account."),
        click.option("--stage", metavar="N", help="Instead of the blueprint's stage: 1 to 7, or its name."),
        click.option("--env", "environment", metavar="E", help="The blueprint's environment."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def prepare(
    file: Path,
    environment: str | None,
    stage: str | None,
    local: bool,
    fault: str | None,
    report: Callable[[str], None],
) -> Deployment:
    """Resolves the blueprint and makes engine and cloud ready.

    Ends the command with exit code 2 after printing the blueprint's problems; raises `Failure` for the rest.
    """
    resolution = resolve(file, environment, stage)
    architecture = resolution.architecture
    cloud = _cloud(local, fault)
    from tenfold.engine import install, workspace
    from tenfold.engine.driver import Driver

    engine = install.ensure(report)
    flags = _flags(file, architecture, cloud, stage)
    where = workspace.place(f"{architecture.name}-{architecture.environment}", cloud, flags)
    config = {
        "tenfold:blueprint": os.path.relpath(file.resolve(), home.PROJECT),
        "tenfold:environment": architecture.environment,
        "tenfold:stage": stage or "",
    }

    driver = Driver(where, engine, lambda: _program(architecture, driver.deployed), config)
    return Deployment(file, resolution, architecture, where, driver, stage)


def check(made: Deployment, accepted: Collection[str] = ()) -> None:
    """Before the engine starts, by the state and a plan. Raises `Failure`: refused for another account or name, for
    what would be lost (except the URNs in `accepted`) and for what AWS would not delete; wrong input for URNs that are
    not deployed. Ends the command (exit code 2) for overrides that hit nothing."""
    from tenfold.engine import account
    from tenfold.refusals import for_good, locks, losses

    held = made.driver.deployed()
    refuse_unknown(accepted, held)
    if not held:
        refuse_renamed(made)
    account.refuse_another(made.where, held)
    if not held and not made.architecture.overrides:
        return
    before = standing.of(held)
    losses.refuse_leap(before, made.architecture, made.resolution.values, made.place)
    difference = outlook(held, made.resolution, local=bool(made.where.cloud))
    lasting = for_good.changed_for_good(held, made.architecture, accepted)
    defaults = for_good.changed_defaults(held, made.architecture, made.resolution.origins)
    for_good.refuse([*(lasting or defaults), *difference.refused])
    throwaway = bool(before and before.throwaway)
    losses.refuse_unprotection(difference, made.architecture, throwaway, made.flags, accepted)
    losses.refuse_loss(losses.losses(held, difference, accepted), made.architecture, before.stage if before else None)
    locks.refuse_locked(made, held, difference)


def refuse_unknown(accepted: Collection[str], held: list[dict[str, Any]]) -> None:
    """Raises `Failure` (wrong input) for what `--accept-loss` names and is not deployed."""
    known = {resource["urn"] for resource in held}
    if unknown := [urn for urn in accepted if urn not in known]:
        raise Failure(
            f"{', '.join(unknown)} is not deployed.",
            why="--accept-loss takes the whole URN of one resource, as the refusal prints it",
            code=exits.WRONG_INPUT,
        )


def refuse_renamed(made: Deployment) -> None:
    """Raises `Failure` (refused) where the same environment of the same file is deployed under another `name`: this one
    would be a second stack, and empty."""
    from tenfold.engine import workspace
    from tenfold.refusals import for_good

    where = made.where

    def holds(stack: str) -> bool:
        return bool(workspace.deployed(replace(where, stack=stack)))

    folders = where.directory.parent.iterdir() if where.cloud else [home.PROJECT / "stacks"]
    known = {name: config for name, config in for_good.known_stacks(folders).items() if holds(name)}
    file = os.path.relpath(made.file.resolve(), home.PROJECT)
    renamed = for_good.renamed(where.stack, file, made.architecture.environment, known)
    for_good.refuse([renamed] if renamed else [])


def outlook(held: list[dict[str, Any]], resolution: Any, local: bool = False) -> "Difference":
    """What `up` would make of what is there. Ends the command for an override that hits nothing, or that AWS (or the
    local cloud, with `local`) would refuse."""
    from tenfold import offline
    from tenfold.diff.deployed import against

    return against(held, offline.record(resolution, as_json=False, warn=False, local=local))


def resolve(file: Path, environment: str | None, stage: str | None) -> Any:
    from blueprints.reading.draft import open_draft
    from blueprints.resolve import resolve as resolved

    draft = open_draft(file)
    if environment is None and draft.usable:
        known = list(draft.environments)
        if len(known) != 1:
            listed = ", ".join(known) or "any name, such as dev"
            raise Failure(
                "Which environment?",
                why=f"{shown(file)} has: {listed}",
                remedies=(f"--env {known[0] if known else 'dev'}",),
                code=exits.WRONG_INPUT,
            )
        environment = known[0]
    resolution = resolved(draft, environment=environment, stage=stage)
    if resolution.architecture is None:
        from tenfold.render import problems

        click.echo(problems.as_text(resolution.problems, color=sys.stdout.isatty()))
        raise SystemExit(exits.WRONG_INPUT)
    return resolution


def _flags(file: Path, architecture: Architecture, cloud: Any, stage: str | None = None) -> str:
    words = [shown(file), "--env", architecture.environment, *(["--local"] if cloud else [])]
    return shlex.join([*words, *(["--stage", stage] if stage else [])])


def shown(file: Path) -> str:
    """The path as the user would type it."""
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative


def _cloud(local: bool, fault: str | None) -> Any:
    from tenfold.local.provider import faults

    if fault:
        if not local:
            raise Failure("--local-fault works on the local cloud only.", code=exits.WRONG_INPUT, remedies=("--local",))
        try:
            faults.parse(fault)
        except ValueError as wrong:
            raise Failure(f"--local-fault: {wrong}.", code=exits.WRONG_INPUT) from wrong
        os.environ[faults.VARIABLE] = fault  # the engine hands its environment on to the provider
    if not local:
        return None
    from tenfold.local import server

    cloud, _ = server.start()
    if cloud.code != server.code():
        click.echo("note: the local cloud runs an older tenfold; `tenfold local reset` starts it anew, empty", err=True)
    return cloud


def _program(architecture: Architecture, deployed: Callable[[], list[dict[str, Any]]]) -> None:
    """What the engine runs. `deployed` reads the stack's state, for what it remembers of a promotion."""
    import pulumi

    from stacks.compose import build

    pulumi.log.debug = _unsaid
    moving = architecture.promotion
    before = standing.of(deployed()) if moving and "data" in moving.moves else None
    for name, value in build(architecture, used=bool(before and before.used)).items():
        pulumi.export(name, value)


def _unsaid(*_: object, **__: object) -> None:
    """Of each property of each resource the SDK tells the engine what it does with it: a call that is waited for, a
    quarter of an `up` with nothing to do, and the engine throws it away."""
