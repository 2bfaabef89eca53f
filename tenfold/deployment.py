"""A blueprint's environment as a stack that the engine can run: what every command on a deployment starts with."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tenfold import exits
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.resolving import path_as_typed, resolve


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
        at = self.architecture
        return f"{self.where.stack} · stage {at.stage} {at.stage_name} · {self.where.where}"

    def title_of(self, deployed: list[dict[str, Any]]) -> str:
        """The same with the stage that is deployed, which need not be the file's."""
        from tenfold.blueprints.stages.presets import presets
        from tenfold.engine import workspace

        stage = workspace.outputs(deployed).get("stage")
        at = f"stage {int(stage)} {presets()[int(stage)].name}" if stage else "a first run that has not finished"
        return f"{self.where.stack} · {at} · {self.where.where}"

    @property
    def absent(self) -> str:
        """Where nothing is deployed, in one sentence."""
        return f"Nothing is deployed as {self.where.stack}; `tenfold up {self.flags}` deploys it."

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
    return click.argument("file", type=click.Path(path_type=Path))(options_but_file(command))


def options_but_file(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--local-fault", metavar="KIND@N", help="Fail on purpose: throttle, error, crash, slow, kill."),
        click.option("--local", is_flag=True, help="On the local cloud: simulated AWS, no account."),
        click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name."),
        click.option("--env", "environment", metavar="NAME", help="The blueprint's environment."),
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

    Raises `WrongBlueprint` for the blueprint's problems, `Failure` for the rest.
    """
    from tenfold import program

    resolution = resolve(file, environment, stage, deployable=True)
    architecture = resolution.architecture
    assert architecture is not None
    cloud = _cloud(local, fault)
    from tenfold.engine import install, workspace
    from tenfold.engine.driver import Driver

    engine = install.ensure(report)
    if cloud and architecture.kubernetes:
        from tenfold.local.kubernetes import programs

        programs.ensure(report)
    flags = _flags(file, architecture, cloud, stage)
    where = workspace.place(f"{architecture.name}-{architecture.environment}", file, cloud, flags)
    config = {
        "tenfold:blueprint": workspace.blueprint_of(where, file),
        "tenfold:environment": architecture.environment,
        "tenfold:stage": stage or "",
    }

    driver = Driver(where, engine, lambda: program.run(architecture, driver.deployed_resources), config)
    return Deployment(file, resolution, architecture, where, driver, stage)


def mend_state(target: Deployment, report: Callable[[str], None]) -> Deployment:
    """For a command that runs the engine on the stack: what a killed run has left half written is put right before it
    is read."""
    from tenfold.engine import mending

    for note in mending.mend(target.where):
        report(f"note: {note}")
    return target


def resume_first_run(target: Deployment, deployed: list[dict[str, Any]], report: Callable[[str], None]) -> Deployment:
    """For a command that only reads: a first run that has not finished is resumed at the stage that it was asked for,
    which may be another than the file's."""
    from tenfold.engine import workspace

    if not deployed or target.stage or workspace.outputs(deployed).get("stage"):
        return target
    asked = workspace.asked_stage(target.where)
    local, environment = bool(target.where.cloud), target.architecture.environment
    return prepare(target.file, environment, asked, local, None, report) if asked else target


def _flags(file: Path, architecture: Architecture, cloud: Any, stage: str | None = None) -> str:
    words = [path_as_typed(file), "--env", architecture.environment, *(["--local"] if cloud else [])]
    return shlex.join([*words, *(["--stage", stage] if stage else [])])


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
        click.echo("note: the local cloud runs an older tenfold; `tenfold local reset` starts an empty one", err=True)
    return cloud
