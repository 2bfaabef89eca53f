"""A project: the folders above a blueprint that are still its own."""

from pathlib import Path

ROOTS = (".git", ".hg", ".svn", "Pulumi.yaml", "pyproject.toml")  # the uppermost folder of a project has one of these


def project_folders(folder: Path) -> tuple[Path, ...]:
    """The folder, and those above it up to the root of its project. Outside of a project the folder alone: what lies
    further up is somebody else's."""
    folders = (folder, *folder.parents)
    root = next((depth for depth, each in enumerate(folders) if any((each / mark).exists() for mark in ROOTS)), 0)
    return folders[: root + 1]


def as_shown(path: str | Path) -> str:
    """Relative to the working directory where the file is below it, so that messages stay short."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
