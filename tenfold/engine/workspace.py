"""Where a stack lives: its work directory, state backend, environment variables and secrets provider.

The local cloud's stacks keep everything below the user's state directory and never share a backend with real ones, so
that neither can be continued against the other. Real stacks use the blueprint's own Pulumi.yaml, as raw `pulumi` does.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tenfold import files, home
from tenfold.blueprints.value import Value
from tenfold.engine import backend, checkpoint, install, project
from tenfold.engine.backend import Folder
from tenfold.engine.bucket import Bucket
from tenfold.engine.checkpoint import State
from tenfold.engine.install import Engine
from tenfold.failure import Failure
from tenfold.local import server as local

PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"
BACKEND = "PULUMI_BACKEND_URL"
SECRETS_PROVIDER = "TENFOLD_SECRETS_PROVIDER"  # awskms://alias/…, for teams; without it a passphrase

SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"  # the key that marks an encrypted value in the state

Program = Callable[[], None]


class Place(Value):
    """One stack's whereabouts; `cloud` is the local cloud, None for a real account."""

    stack: str
    directory: Path
    backend: str
    cloud: local.Server | None
    flags: str = "FILE --env E"  # of commands on the same stack, for remedies
    stack_files: str = "."  # the folder of its Pulumi.<stack>.yaml, as Pulumi.yaml names it

    @property
    def folder(self) -> Folder | None:
        """The stack's files, where its backend is a folder on this machine."""
        root = backend.directory(self.backend, self.directory)
        return Folder(root, project.NAME, self.stack) if root else None

    @property
    def bucket(self) -> Bucket | None:
        """The stack's files, where its backend is an S3 bucket."""
        return Bucket(self.backend, project.NAME, self.stack) if self.backend.startswith("s3://") else None

    @property
    def where(self) -> str:
        if self.cloud:
            return "local cloud (simulated AWS, nothing leaves this machine)"
        return "AWS"


def place(stack: str, blueprint: Path, cloud: local.Server | None, flags: str = Place.flags) -> Place:
    if cloud:
        directory = files.folder(local.directory() / "stacks" / stack)
        return Place(stack, directory, _local_backend(), cloud, flags)
    real = files.folder(home.state() / "backend")
    own = project.of(blueprint)
    return Place(stack, own.directory, os.environ.get(BACKEND) or real.as_uri(), None, flags, own.stack_files)


def open_stack(where: Place, engine: Engine, program: Program, config: Mapping[str, str]) -> Any:
    """The Automation API's stack, created where it does not exist yet; its configuration says what `config` says."""
    from pulumi import automation

    options = automation.LocalWorkspaceOptions(
        work_dir=str(where.directory),
        pulumi_home=str(_pulumi_home()),
        env_vars=environment(where, os.environ),
        secrets_provider=os.environ.get(SECRETS_PROVIDER) if not where.cloud else None,
        pulumi_command=_command(engine, where),
    )
    if where.cloud:
        options.project_settings = automation.ProjectSettings(
            name=project.NAME, runtime="python", main=str(home.PACKAGE / "stacks")
        )
    else:
        project.create(where.directory)
    stack = automation.create_or_select_stack(where.stack, project_name=project.NAME, program=program, opts=options)
    _configure(stack, where, config)
    if where.cloud:
        (where.directory / "Pulumi.yaml").chmod(files.PRIVATE)  # the Automation API writes it, by the caller's umask
    else:
        _settings(where).chmod(0o644)  # in version control, and no secret in clear
    return stack


def _command(engine: Engine, where: Place) -> Any:
    """The engine as the Automation API runs it. What it writes below tenfold's own home is for the owner alone; of a
    local run it sees no account of the user's."""
    from tenfold.engine.process import Command

    root = where.folder.root if where.folder else None
    own = root is None or home.state() in root.parents  # else others may share the folder
    return Command(
        str(engine.bin / "pulumi"),
        engine.version,
        umask=0o077 if own else -1,
        without=local.of_an_account(os.environ) if where.cloud else (),
    )


def environment(where: Place, base: Mapping[str, str]) -> dict[str, str]:
    """Environment variables of the engine's processes. Raises `Failure` where a real stack has no passphrase."""
    common = {BACKEND: backend.without_notes(where.backend), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if where.cloud:
        # The passphrase of simulated stacks guards nothing real; it is kept so that state is encrypted as it will be.
        phrase = base.get(PASSPHRASE) or _local_passphrase()
        return {**common, **local.environment(where.cloud, base), PASSPHRASE: phrase}
    if not base.get(SECRETS_PROVIDER):
        _refuse_no_passphrase(base)
    return common


def _refuse_no_passphrase(base: Mapping[str, str]) -> None:
    """An empty one is none: anybody could read the secrets. The engine takes the variable before the file."""
    variable = next((name for name in (PASSPHRASE, f"{PASSPHRASE}_FILE") if name in base), "")
    phrase = base.get(variable, "")
    if phrase and variable.endswith("_FILE"):
        try:
            phrase = Path(phrase).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            phrase = ""
    if phrase:
        return
    why = f"{variable} is empty, or names no file that can be read: everybody could read them." if variable else ""
    raise Failure(
        "No passphrase for the stack's secrets.",
        why=why or "Secrets in the state are encrypted with a passphrase or a key of yours; neither is set.",
        remedies=(f"export {PASSPHRASE}=…  (the same for everybody who deploys this stack), or", _KMS_REMEDY),
    )


_KMS_REMEDY = f"export {SECRETS_PROVIDER}=awskms://alias/…  before the first `up`, to encrypt with a key in AWS KMS."


def raw_environment(server: local.Server, base: Mapping[str, str]) -> dict[str, str]:
    """For raw `pulumi` commands in a project against the local cloud (`tenfold local env`)."""
    where = Place("", Path(), _local_backend(), server)
    return {**environment(where, base), "PULUMI_HOME": str(_pulumi_home())}


def blueprint_of(where: Place, file: Path) -> str:
    """The blueprint as the stack's configuration names it: relative to the project, as raw `pulumi` reads it there."""
    return str(file.resolve()) if where.cloud else os.path.relpath(file.resolve(), where.directory)


def remembered_cloud(where: Place) -> str | None:
    """Identity of the local cloud this stack was last deployed to."""
    note = where.directory / "cloud"
    return note.read_text(encoding="utf-8").strip() if note.is_file() else None


def remember_cloud(where: Place) -> None:
    if where.cloud:
        files.write(where.directory / "cloud", where.cloud.identity)


def state(where: Place) -> State:
    """What the stack's state holds, empty where there is none.

    Raises `backend.Unreadable` for a state that is there and cannot be read: that is not the same as nothing.
    """
    folder = where.folder
    file = folder.file if folder else None
    if folder and not file:
        return State()
    try:
        return checkpoint.parse(file.read_bytes() if file else _exported(where), where.stack)
    except checkpoint.Compressed:
        return checkpoint.parse(_exported(where), where.stack)
    except checkpoint.Damaged as error:
        raise _damaged(where, str(file or backend.public_url(where.backend)), error) from error
    except OSError as error:
        raise backend.unreadable(file, error) from error


def deployed_resources(where: Place) -> list[dict[str, Any]]:
    """The resources in the stack's state. Raises as `state` does."""
    return list(state(where).resources)


_NOTHING = b'{"version": 3, "deployment": {}}'


def _exported(where: Place) -> bytes:
    """The state as the engine reads it from a backend that tenfold does not; of a stack it does not have, nothing."""
    from pulumi.automation.errors import CommandError, StackNotFoundError

    command = _command(install.ensure(lambda line: None), where)
    if not where.cloud:
        project.create(where.directory)
    settings = {BACKEND: where.backend, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(_pulumi_home())}
    try:
        text = command.run(["stack", "export", "--stack", where.stack], str(where.directory), settings).stdout
    except StackNotFoundError:
        return _NOTHING
    except CommandError as error:
        lines = [line for line in str(error).partition("stderr:")[2].splitlines() if line.strip()]
        raise backend.Unreadable(
            f"The state of {where.stack} cannot be read from {backend.public_url(where.backend)}.",
            why="\n".join([*(line for line in lines if " WARN " not in line), _UNKNOWN]),
            remedies=(f"Correct {BACKEND} or your access to it, and run this again.",),
        ) from error
    # Pulumi's own service holds no deployment before a first `up`; a file without one is damaged.
    fresh = where.backend.startswith("http") and '"deployment": null' in text
    return _NOTHING if fresh else text.encode()


_UNKNOWN = "What is deployed is not known. Nothing was changed."


def _damaged(where: Place, source: str, error: checkpoint.Damaged) -> backend.Unreadable:
    return backend.Unreadable(
        f"The state of {where.stack} is damaged: {source} {error}.",
        why=_UNKNOWN,
        remedies=(f"tenfold state restore {where.flags}   lists the copies of it that can be used",),
    )


def outputs(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The stack's outputs as its state holds them, secrets masked; numbers as they were given."""
    stack = next((resource for resource in resources if resource["type"] == "pulumi:pulumi:Stack"), {})
    masked = stack.get("outputs") or {}
    return {name: "[secret]" if isinstance(v, dict) and SECRET_SIGNATURE in v else v for name, v in masked.items()}


def asked_stage(where: Place) -> str:
    """What `--stage` said in the last run; empty where it was the file's. Raises `Failure`."""
    return str(_configured(where).get("tenfold:stage", ""))


def secrets_provider(where: Place) -> str:
    """The URL of what encrypts the stack's secrets, empty for a passphrase: what its file says, before a first run the
    environment. Raises `Failure`."""
    return _configured(where, "secretsprovider") or os.environ.get(SECRETS_PROVIDER, "")


def config(where: Place) -> dict[str, Any]:
    """What the stack's file configures; an encrypted value is a mapping. Raises `Failure`."""
    return _configured(where)


def _configured(where: Place, part: str = "config") -> Any:
    import yaml

    file = _settings(where)
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        return (yaml.safe_load(text) or {}).get(part) or {}
    except (ValueError, AttributeError, yaml.YAMLError) as error:
        raise Failure(
            f"The configuration of {where.stack} is damaged: {file} is not a mapping in YAML.",
            why="Nothing was changed.",
            remedies=(f"git checkout -- {file}   where it is kept in version control; it holds the secrets' salt",),
        ) from error


def _configure(stack: Any, where: Place, config: Mapping[str, str]) -> None:
    from pulumi.automation import ConfigValue

    known = _configured(where)
    if any(str(known.get(key, "")) != value for key, value in config.items()):  # the engine takes 0.3 s to write them
        stack.set_all_config({key: ConfigValue(value) for key, value in config.items()})


def _settings(where: Place) -> Path:
    return where.directory / where.stack_files / f"Pulumi.{where.stack}.yaml"


def _local_backend() -> str:
    return files.folder(local.directory() / "backend").as_uri()


def _pulumi_home() -> Path:
    return files.folder(home.state() / "pulumi")


def _local_passphrase() -> str:
    file = local.directory() / "passphrase"
    phrase = file.read_text(encoding="utf-8").strip() if file.is_file() else ""
    if not phrase and file.is_file() and backend.count(local.directory() / "backend"):
        raise Failure(
            f"{file} is empty: it held the passphrase of the local cloud's stacks.",
            why="Secrets in their states cannot be read without it.",
            remedies=("tenfold local reset   forgets them; then `up` creates them again",),
        )
    if not phrase:
        phrase = secrets.token_urlsafe(24)
        files.write(file, phrase)
    return phrase
