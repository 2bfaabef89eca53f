"""The language stands alone: nothing heavy, nothing of the layers above it."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "pulumi",
    "pulumi_aws",
    "boto3",
    "botocore",
    "moto",
    "rich",
    "jsonschema",
}


def loaded_by(program: str) -> set[str]:
    """Top-level modules; of tenfold, its packages."""
    script = f"{program}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    parts = [name.split(".") for name in done.stdout.split()]
    return {".".join(name[: 2 if name[0] == "tenfold" else 1]) for name in parts}


def test_blueprints_import_nothing_above_them() -> None:
    files = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / "blueprints").rglob("*.py")]
    modules = [".".join(("tenfold", *file.parts)) for file in files if file.stem not in ("__init__", "refresh")]
    program = "import importlib\n" + f"for name in {modules!r}: importlib.import_module(name)"
    loaded = loaded_by(program)
    assert loaded & FORBIDDEN == set()
    assert {name for name in loaded if name.startswith("tenfold")} == {"tenfold", "tenfold.blueprints"}


def test_validating_loads_nothing_heavy() -> None:
    program = (
        "from tenfold.commands import validate\nfrom tenfold.blueprints.reading.draft import open_draft\n"
        "validate.check(open_draft('blueprints/shop.yaml'))"
    )
    assert loaded_by(program) & (FORBIDDEN | {"tenfold.components", "tenfold.stacks"}) == set()


# A room may import those before it.
FOUNDATION = ["value", "choices", "origin", "source", "own", "suffixes", "stages", "blocks", "grammar", "reading"]
ROOMS = [*FOUNDATION, "sizes", "architecture", "standby", "recovery", "shards", "unused_values", "rules"]


def imports() -> dict[str, set[str]]:
    """Module -> modules of blueprints that it imports anywhere, inside functions as well."""
    files = {
        ".".join(("tenfold", *path.relative_to(ROOT).with_suffix("").parts)): path
        for path in (ROOT / "blueprints").rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tenfold.blueprints"):
                names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
            elif isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
        graph[module] = names & set(files)
    return graph


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = imports()
    assert len(graph) > 60
    while leaves := [module for module, names in graph.items() if not names & set(graph)]:
        for module in leaves:
            del graph[module]
    assert graph == {}


def test_a_room_imports_only_those_before_it() -> None:
    def floor(module: str) -> int:
        room = module.split(".")[2]
        return ROOMS.index(room) if room in ROOMS else len(ROOMS)

    above = [
        (module, name)
        for module, names in imports().items()
        for name in names
        if "tenfold.blueprints" not in (name, module) and floor(name) > floor(module)
    ]
    assert above == []
