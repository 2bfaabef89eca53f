"""Protection that a change takes off: the engine's (`protect`) and AWS's own, which inputs set. Facts in
`tenfold/providers/aws/protections.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.graph import Resource


def taken_off(path: str, old: Any, new: Any) -> bool:
    """Whether this difference of an input takes a protection off."""
    known = _file()
    if path in known["unsafe"]:
        off, missing = known["unsafe"][path], known["missing"].get(path, False)
        before, after = (missing if value is None else value for value in (old, new))
        return after is off and before is not off
    if path in known["gone"]:
        return old is not None and new is None
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    return path in known["lower"] and numbers and new < old


def ends_by_itself(resource: Resource) -> bool:
    """Whether nothing is lost with a former resource of this kind, so that nobody has to consent."""
    only: Mapping[str, Any] | None = _file()["ends"].get(resource.type)
    return only is not None and all(resource.inputs.get(key) == value for key, value in only.items())


@cache
def _file() -> Mapping[str, Any]:
    import yaml

    text = (Path(__file__).parents[1] / "providers" / "aws" / "protections.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
