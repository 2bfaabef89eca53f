"""Recorder and engine agree: what the plan says of a stage is what stands in the state after `up`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tenfold.blueprints.resolve import load
from tenfold.engine import workspace
from tenfold.graph import SECRET, SIGNATURE, STACK_TYPE, UNKNOWN, Resource
from tenfold.recorder import record
from tenfold.recorder.program import run_of

# How the offline answers of functions begin that only AWS can give (tenfold/recorder/answers.py).
STAND_INS = ("<ssm:", "<ec2:prefix-list:", "<secretsmanager:", "<route53:")


def plan_and_state(file: str, environment: str, stage: str, home: str) -> Iterator[str]:
    """Every difference between the plan and the state below `home`; nothing when they agree."""
    backend = (Path(home) / "state" / "local" / "backend").as_uri()
    architecture = load(file, environment=environment, stage=stage).architecture
    assert architecture is not None
    where = workspace.Place(f"{architecture.name}-{environment}", Path(home), backend, None)
    held = {found["urn"]: found for found in workspace.deployed_resources(where) if found["type"] != STACK_TYPE}
    planned = record(run_of(architecture, tokens=False)).graph.resources
    yield from (f"only in the state: {urn}" for urn in held if urn not in planned)
    for urn, wanted in planned.items():
        yield from differences(wanted, held[urn]) if urn in held else [f"only in the plan: {urn}"]


def differences(wanted: Resource, held: Mapping[str, Any]) -> Iterator[str]:
    """Where the state says something else than the plan. The provider adds names and defaults to the inputs; it takes
    none away."""
    said = {"type": wanted.type, "parent": wanted.parent, "protect": wanted.protect, "custom": wanted.custom}
    for key, value in said.items():
        if held.get(key, False) != value:
            yield f"{wanted.name}: {key} is {held.get(key)!r}, planned {value!r}"
    if not set(wanted.dependencies) <= set(held.get("dependencies", ())):
        yield f"{wanted.name}: dependencies {held.get('dependencies')}, planned {wanted.dependencies}"
    ignored = wanted.options.get("ignoreChanges")
    for name, value in wanted.inputs.items():
        if isinstance(ignored, list) and name in ignored:
            continue  # it stays as it is
        if not same(value, held["inputs"].get(name)):
            yield f"{wanted.name}: {name} is {held['inputs'].get(name)!r}, planned {value!r}"


def same(planned: object, held: object) -> bool:
    """Equal where the plan can know: not where it says unknown, nor where it stands in for an answer of AWS."""
    if planned == UNKNOWN or (isinstance(planned, str) and planned.startswith(STAND_INS)):
        return True
    if isinstance(held, Mapping) and held.get(SIGNATURE) == SECRET:
        return holds_a_secret(planned)  # the engine encrypts the whole list or block that a secret stands in
    if isinstance(planned, Mapping) and planned.get(SIGNATURE) == SECRET:
        return False
    if isinstance(planned, Mapping):
        return isinstance(held, Mapping) and all(same(value, held.get(key)) for key, value in planned.items())
    if isinstance(planned, list):
        return isinstance(held, list) and len(planned) == len(held) and all(map(same, planned, held))
    return planned == held


def holds_a_secret(planned: object) -> bool:
    if isinstance(planned, Mapping):
        return planned.get(SIGNATURE) == SECRET or any(map(holds_a_secret, planned.values()))
    return isinstance(planned, list) and any(map(holds_a_secret, planned))
