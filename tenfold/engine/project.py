"""The Pulumi project of a blueprint, in version control: `Pulumi.yaml` and the configuration of real stacks."""

from pathlib import Path

from tenfold import exits, files, home
from tenfold.blueprints.value import Value
from tenfold.failure import Failure

NAME = "tenfold"  # in every URN and in the paths of every backend: another one is another, empty stack
FILE = "Pulumi.yaml"
OWN = (FILE, "__main__.py")  # of tenfold/template


class Project(Value):
    """`directory` holds `Pulumi.yaml`, and its folder `stack_files` the `Pulumi.<stack>.yaml`."""

    directory: Path
    stack_files: str = "."


def of(blueprint: Path) -> Project:
    """The nearest project above the blueprint that is one of tenfold's; else the blueprint's own folder, which has none
    yet. Raises `Failure` where that folder is another project's."""
    folder = blueprint.resolve().parent
    for directory in (folder, *folder.parents):
        file = directory / FILE
        settings = _settings(file) if file.is_file() else {}
        if settings.get("name") == NAME:
            return Project(directory, str(settings.get("stackConfigDir") or "."))
    if (folder / FILE).exists():
        raise Failure(
            f"{folder / FILE} is the file of another Pulumi project, or of none.",
            why=f"tenfold's project is named {NAME!r}: the name is in every URN and in the paths of the state.",
            remedies=("put the blueprint into a folder of its own: `tenfold up` writes Pulumi.yaml beside it",),
            code=exits.WRONG_INPUT,
        )
    return Project(folder)


def create(directory: Path) -> None:
    """Writes `Pulumi.yaml` and the program of raw `pulumi up`, where there is no project yet."""
    if not (directory / FILE).exists():
        for name in OWN:
            if not (directory / name).exists():
                files.write(directory / name, (home.PACKAGE / "template" / name).read_bytes(), mode=0o644)


def _settings(file: Path) -> dict[str, object]:
    from tenfold.blueprints.source.document import Unreadable, parse

    try:
        data = parse(file.read_bytes(), str(file)).data
    except (OSError, Unreadable):
        return {}
    return data if isinstance(data, dict) else {}
