"""A blueprint whose `name` has changed while its environment is deployed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tenfold.diff.model import Refusal


def find_rename(
    stack: str, blueprint: str, environment: str, stacks: Mapping[str, Mapping[str, Any]]
) -> Refusal | None:
    """`stacks` are the known ones that hold resources, with their configuration: another of the same file and
    environment means that the name has changed."""
    for other, config in stacks.items():
        origin = (config.get("tenfold:blueprint"), config.get("tenfold:environment"))
        if other != stack and origin == (blueprint, environment):
            return Refusal(
                f"The blueprint was renamed: this environment is deployed as {other}, not as {stack}.",
                "every resource carries the name; under another one everything would be recreated, empty",
                f"write `name: {other.removesuffix(f'-{environment}')}` again",
            )
    return None


def known_stacks(folders: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Stack -> configuration, from the `Pulumi.<stack>.yaml` files in these folders."""
    from tenfold.blueprints.source.document import Unreadable, parse

    stacks = {}
    for folder in folders:
        for file in sorted(folder.glob("Pulumi.*.yaml")):
            try:
                data = parse(file.read_bytes(), str(file)).data
            except Unreadable:
                continue
            stacks[file.name.removeprefix("Pulumi.").removesuffix(".yaml")] = data.get("config") or {}
    return stacks
