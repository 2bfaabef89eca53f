"""Overrides are for children by name; whether a child of that name exists is known once the program was recorded."""

from blueprints.problem import Problem, nearest, severity
from blueprints.resolve import Resolution
from tenfold.graph import Graph

CODE = "TF-O001"


def problems(resolution: Resolution, graph: Graph) -> list[Problem]:
    """One for each override whose child the graph does not have, at the override's own line."""
    architecture = resolution.architecture
    if architecture is None or not architecture.overrides:
        return []
    names = {resource.name for resource in graph if resource.custom}
    return [_missing(resolution, child, names) for child in architecture.overrides if child not in names]


def _missing(resolution: Resolution, child: str, names: set[str]) -> Problem:
    path = f"overrides.{child}"
    file, line, column = resolution.position(path)
    near = nearest(child, names, count=3)
    hint = f"Nearest: {', '.join(near)}." if near else "`tenfold plan --verbose` lists the names."
    stage = resolution.architecture.stage if resolution.architecture else 0
    message = f"There is no resource `{child}` at stage {stage}."
    return Problem(CODE, severity(CODE), file, line, column, path, child, message, hint, column + len(child))
