"""Runs one program with both recorders and says where they differ."""

import json
from collections.abc import Callable
from pathlib import Path

from tenfold.graph import Graph, Resource
from tenfold.recorder import sdk
from tenfold.recorder.light.record import record as light
from tenfold.recorder.run import Run

PROGRAMS = Path(__file__).parent / "programs"
CONFIG = {
    "bench:pw": "hunter2",
    "bench:env": "prod",
    "bench:port": "443",
    "bench:o": json.dumps({"a": [1, 2]}),
    "aws:region": "us-east-1",
}


def source(text: str, name: str = "<program>") -> Callable[[], None]:
    """A program from its text, compiled anew for each recording."""
    return lambda: exec(compile(text, name, "exec"), {"__name__": "program"})


def run(program: Callable[[], object], tokens: bool) -> Run:
    return Run(program, "bench", "dev", "us-east-1", tokens, CONFIG)  # pyright: ignore[reportArgumentType]: what they return does not matter


def record_both(program: Callable[[], object], tokens: bool) -> tuple[Graph, Graph]:
    asked = run(program, tokens)
    return sdk.record(asked), light(asked)


def differences(reference: Graph, fast: Graph) -> list[str]:
    """One line for each thing that is not the same; empty when the engine would be asked for exactly the same."""
    found = []
    for urn in [*reference.resources, *(urn for urn in fast.resources if urn not in reference.resources)]:
        a, b = reference.resources.get(urn), fast.resources.get(urn)
        if a is None or b is None:
            found.append(f"{urn}: only the {'light' if a is None else 'SDK'} recorder has it")
            continue
        for field in Resource._fields:
            x, y = getattr(a, field), getattr(b, field)
            if x != y and field != "place":
                found.append(f"{urn}: {field}\n    sdk   {x}\n    light {y}")
    for part in ("outputs", "component_outputs", "calls"):
        x, y = getattr(reference, part), getattr(fast, part)
        if x != y:
            found.append(f"{part}\n    sdk   {x}\n    light {y}")
    return found
