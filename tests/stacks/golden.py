"""Golden files: what each example asks for at each stage, as a reviewer reads it, and the frozen list of its URNs.

`golden/<example>-<stage>.json` has one resource a line (texts of several lines below it, line by line), so that a
change of a component shows as changed lines. `golden/<example>-<stage>.urns` is what promotions rely on.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tenfold.graph import Graph, Resource, readable
from tenfold.testing import urns as urns  # for those who compare
from tests.stacks import host
from tests.stacks.graphs import Case

FOLDER = Path(__file__).with_name("golden")
REGENERATE = "python -m tests.stacks.regenerate"
ENVIRONMENT = "prod"

_TOKEN = re.compile(r"<urn:pulumi:[^<>#]*::([^<>#:]+)#([^<>]+)>")
_REFERENCE = re.compile(r"urn:pulumi:[^<>#\s]*::([^<>#:\s]+)")


def graph_file(case: Case) -> Path:
    return FOLDER / f"{case.example}-{case.stage}.json"


def urns_file(case: Case) -> Path:
    return FOLDER / f"{case.example}-{case.stage}.urns"


def stateful_urns(text: str) -> set[str]:
    """The marked ones of a golden list."""
    return {line.split()[0] for line in text.splitlines() if "# keeps" in line}


def written(graph: Graph) -> str:
    """The graph as its golden file says it; resources sorted by component and name."""
    ordered = sorted(graph, key=lambda r: (r.component, r.custom, r.name, r.type))
    common = _common_tags(graph)
    lines = [_line({"tags on everything": common})]
    for resource in ordered:
        lines += _resource(resource, common)
    outputs = {name: _short(readable(value)) for name, value in graph.outputs.items()}
    lines.append(_line({"outputs": outputs}))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _common_tags(graph: Graph) -> dict[str, object]:
    found = [r.inputs["tags"] for r in graph if r.custom and isinstance(r.inputs.get("tags"), Mapping)]
    first = found[0]
    assert isinstance(first, Mapping)
    return {k: v for k, v in first.items() if all(isinstance(tags, Mapping) and tags.get(k) == v for tags in found)}


def _resource(resource: Resource, common: Mapping[str, object]) -> Iterator[str]:
    """Its line, and before it one entry for each long text among its inputs."""
    inputs = {name: _short(readable(value)) for name, value in sorted(resource.inputs.items())}
    if user_data := host.user_data(resource):
        inputs["userData"] = _short(user_data)
    tags = inputs.get("tags")
    if isinstance(tags, Mapping):
        own = {key: value for key, value in tags.items() if (key, value) not in common.items()}
        inputs["tags"] = {key: value for key, value in own.items() if (key, value) != ("Name", resource.name)}
    texts = {name: value for name, value in inputs.items() if isinstance(value, str) and "\n" in value}
    for name, text in texts.items():
        inputs[name] = f"<text {resource.name}#{name}>"
        body = ",\n".join(f"  {json.dumps(line, ensure_ascii=False)}" for line in text.splitlines())
        yield f"{{{json.dumps(f'text {resource.name}#{name}')}: [\n{body}\n]}}"
    options = {name: value for name, value in resource.options.items() if name not in ("providers", "protect")}
    said = {
        "name": resource.name,
        "type": resource.type,
        "parent": _short(resource.parent),
        "protect": resource.protect,
        "options": _short(readable(options)),
        "after": [_short(urn) for urn in explicit_dependencies(resource)],
        "inputs": inputs,
    }
    yield _line({name: value for name, value in said.items() if value not in (False, {}, [])})


def explicit_dependencies(resource: Resource) -> list[str]:
    """What it waits for though no input says so (`depends_on`)."""
    by_input = {urn for urns in resource.property_dependencies.values() for urn in urns}
    return sorted(set(resource.dependencies) - by_input)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(value: object) -> object:
    """References by logical name, JSON texts as JSON."""
    if isinstance(value, Mapping):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith("{"):
        return _short(json.loads(value))
    return _REFERENCE.sub(r"\1", _TOKEN.sub(r"<\1#\2>", value))
