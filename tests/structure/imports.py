"""Which module of the project imports which, read from the source: also inside functions, and for types only."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("blueprints", "components", "stacks", "tenfold")

Graph = Mapping[str, frozenset[str]]


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    parts = parts if parts[0] == "tenfold" else ("tenfold", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package(name: str) -> str:
    """The package of the project that a module is in."""
    second = name.split(".")[1:2]
    return second[0] if second and second[0] in PACKAGES else "tenfold"


def _imported(tree: ast.AST, known: frozenset[str]) -> Iterator[str]:
    """`from a import b` is `a.b` where that is a module, else `a`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in known else node.module


@cache
def graph() -> Graph:
    """{module: the modules of the project that it imports}."""
    files = {_name(file): file for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    known = frozenset(files)
    trees = {name: ast.parse(file.read_bytes()) for name, file in files.items()}
    return {name: frozenset(_imported(tree, known)) & known - {name} for name, tree in trees.items()}


def circles(arrows: Graph) -> list[list[str]]:
    """The groups of modules that reach each other, each sorted (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(arrows.get(name, ())):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(arrows):
        if name not in index:
            visit(name)
    return found
