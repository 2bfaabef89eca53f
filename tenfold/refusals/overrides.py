"""What is wrong with a blueprint's overrides: known only when names, types and inputs of all resources are."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tenfold import recorder, secrecy
from tenfold.blueprints.overrides import in_clear, misnamed_properties, refused_property, unmatched_children
from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.source.problem import Problem
from tenfold.failure import Failure
from tenfold.graph import Graph, readable
from tenfold.recorder.light.inputs import unknown
from tenfold.recorder.program import run_of
from tenfold.refusals.rejected_inputs import Refusal, refusals


def record_with_problems(
    resolution: Resolution, record: Callable[[], recorder.Recording], local: bool = False
) -> tuple[recorder.Recording, list[Problem]]:
    """What `record` makes, and what is wrong with the overrides in it. Where a program cannot even run because of an
    override, the recording is of the program without. `local`: what the local cloud alone would refuse counts too."""
    try:
        recording = record()
    except Failure:
        plain = _without(resolution)
        wrong = [*_misplaced(resolution, plain.graph), *_malformed(resolution, plain.graph)]
        if not wrong:
            raise
        return plain, wrong
    return recording, _problems(resolution, recording.graph, local)


def _without(resolution: Resolution) -> recorder.Recording:
    assert resolution.architecture is not None
    return recorder.record(run_of(replace(resolution.architecture, overrides={})))


def _malformed(resolution: Resolution, plain: Graph) -> Iterator[Problem]:
    """Values of another form than the type's: a list for a text, a text for a block."""
    from tenfold.local.aws import check, schema, table

    assert resolution.architecture is not None
    for resource in plain:
        properties = resolution.architecture.overrides.get(resource.name, {})
        if not resource.custom or table.spec(resource.type) is None:
            continue
        kinds = schema.of(resource.type).inputs
        for name, value in properties.items():
            for wrong in check.of_type(value, kinds.get(secrecy.camel(name), "a"), secrecy.camel(name)):
                if wrong.reason != check.NO_SUCH:
                    reason = check.discreet(resource.type, wrong).reason
                    before = _shown(resource.type, resource.inputs, wrong.property)
                    yield refused_property(resolution, resource.name, wrong.property, reason, before)


def _problems(resolution: Resolution, graph: Graph, local: bool) -> list[Problem]:
    assert resolution.architecture is not None
    problems = _misplaced(resolution, graph)
    nameless = {problem.path.split(".")[1] for problem in problems if problem.is_error}
    children = resolution.architecture.overrides.keys() - nameless
    wrong = [one for one in refusals(graph, resolution.architecture.region, children) if local or not one.here]
    return [*problems, *_refused(resolution, wrong)]


def _misplaced(resolution: Resolution, graph: Graph) -> list[Problem]:
    """What no plan has, what no type takes, and secrets in clear."""
    assert resolution.architecture is not None
    properties = resolution.architecture.overrides
    named = [resource for resource in graph if resource.custom and resource.name in properties]
    problems = unmatched_children(resolution, {resource.name for resource in graph if resource.custom})
    for resource in named:
        problems += misnamed_properties(resolution, resource.name, unknown(resource.type, properties[resource.name]))
        problems += (
            in_clear(resolution, resource.name, path)
            for path in secrecy.in_clear(resource.type, properties[resource.name])
        )
    return problems


def _refused(resolution: Resolution, wrong: list[Refusal]) -> Iterator[Problem]:
    """Each with the value that the component would have said, which is a right one: what components say is tested."""
    if not wrong:
        return
    assert resolution.architecture is not None
    wrong = [one for one in wrong if not _other_side(resolution, one, wrong)]
    plain = _without(resolution).graph
    for urn, path, reason, here in ((one.resource.urn, one.path, one.reason, one.here) for one in wrong):
        resource = plain.resources[urn]
        code = "TF-O006" if here else "TF-O003"
        yield refused_property(
            resolution, resource.name, path, reason, _shown(resource.type, resource.inputs, path), code
        )


def _other_side(resolution: Resolution, one: Refusal, wrong: list[Refusal]) -> bool:
    """Whether it only says of a property of the component's what an override is said to be wrong for."""
    assert resolution.architecture is not None
    properties = {secrecy.camel(name) for name in resolution.architecture.overrides[one.resource.name]}
    if re.split(r"[.\[]", one.path)[0] in properties:
        return False
    return any(one.resource is other.resource and other.reason.endswith(f" {one.path}") for other in wrong)


def _shown(token: str, inputs: Mapping[str, Any], path: str) -> str:
    """The value at a path, on one line; nothing where there is none, or a secret, or one that nobody knows yet."""
    value: Any = inputs
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    text = json.dumps(readable(secrecy.mask_value(token, value, path)), ensure_ascii=False)
    return "" if value is None or "<urn:" in text or secrecy.MASK in text or len(text) > 80 else text
