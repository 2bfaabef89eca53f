"""From a blueprint on the command line to a stack that the engine can run: what up, destroy and outputs share."""

import os
import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blueprints.architecture import Architecture
from blueprints.value import Value
from tenfold import exits, home, standing
from tenfold.failure import Failure

if TYPE_CHECKING:
    from tenfold.diff import Difference


class Deployment(Value):
    """One environment of one blueprint in one place. `architecture` is complete; `resolution` knows its origins."""

    file: Path
    resolution: Any
    architecture: Architecture
    where: Any
    driver: Any
    driving: Callable[[Architecture], Any]  # a driver of the same stack that builds another architecture

    @property
    def title(self) -> str:
        told = self.architecture
        return f"{self.where.stack} · stage {told.stage} {told.stage_name} · {self.where.where}"

    def release(self) -> Any:
        """A driver that lifts every protection, as if the environment were a throw-away one."""
        return self.driving(replace(self.architecture, throwaway=True))

    @property
    def flags(self) -> str:
        """What a following command needs to speak of the same deployment."""
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
    flags = _flags(file, architecture, cloud)
    where = workspace.place(f"{architecture.name}-{architecture.environment}", cloud, flags)
    config = {
        "tenfold:blueprint": os.path.relpath(file.resolve(), home.PROJECT),
        "tenfold:environment": architecture.environment,
        "tenfold:stage": stage or "",
    }

    def driver(built: Architecture) -> Driver:
        made = Driver(where, engine, lambda: _program(built, made.deployed), config)
        return made

    return Deployment(file, resolution, architecture, where, driver(architecture), driver)


def check(made: Deployment, accepted: Collection[str] = ()) -> "Difference | None":
    """What only a plan knows, before the engine starts: overrides that hit nothing (exit code 2), and what would be
    lost but for the URNs in `accepted` (`Failure`, refused). Returns what `up` would do; costs nothing,
    and returns None, where there is nothing to check."""
    from tenfold import guard, refusals

    held = made.driver.deployed()
    if not made.architecture.overrides and not held:
        return None
    before = standing.of(held)
    guard.refuse_leap(before, made.architecture, made.resolution.values, made.flags)
    difference = outlook(held, made.resolution, local=bool(made.where.cloud))
    for_good = refusals.changed_for_good(held, made.architecture, accepted)
    defaults = refusals.changed_defaults(held, made.architecture, made.resolution.origins)
    refusals.refuse([*(for_good or defaults), *difference.refused])
    throwaway = bool(before and before.throwaway)
    guard.refuse_unprotection(difference, made.architecture, throwaway, made.flags, accepted)
    guard.refuse_loss(guard.losses(held, difference, accepted), made.architecture, before.stage if before else None)
    return difference


def outlook(held: list[dict[str, Any]], resolution: Any, local: bool = False) -> "Difference":
    """What `up` would make of what is there. Ends the command for an override that hits nothing, or that AWS (or the
    local cloud, with `local`) would refuse."""
    from tenfold import offline
    from tenfold.diff.deployed import against

    return against(held, offline.record(resolution, as_json=False, warn=False, local=local))


def resolve(file: Path, environment: str | None, stage: str | None) -> Any:
    from blueprints.draft import open_draft
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


def _flags(file: Path, architecture: Architecture, cloud: Any) -> str:
    return f"{shown(file)} --env {architecture.environment}{' --local' if cloud else ''}"


def shown(file: Path) -> str:
    """The path as the user would type it."""
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative


def _cloud(local: bool, fault: str | None) -> Any:
    from tenfold.local import faults

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
