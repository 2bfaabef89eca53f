"""The tables of a component's arguments, from the docstrings of the arguments themselves.

A docstring says what the argument is, its unit and why, then its default (where it may be left out), then what a change
does: `Seconds between two checks. Default: 15. Change: in place.`
"""

import ast
import importlib
import re
import typing
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, NotRequired, is_typeddict

FOLDER = Path(__file__).resolve().parent.parent / "components"
_DOCSTRING = re.compile(r"(?P<what>.*?)( Default: (?P<default>.*?)\.)?( Change: (?P<change>.*)\.)?", re.DOTALL)
_SCALARS = {str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}


class Argument(NamedTuple):
    name: str
    annotation: Any
    """Without `NotRequired` and `pulumi.Input`."""
    required: bool
    what: str
    default: str
    change: str

    @property
    def type(self) -> str:
        return _type(self.annotation)


def types() -> dict[str, type]:
    """Every `TypedDict` of components/ by its class name."""
    found: dict[str, type] = {}
    for file in sorted(FOLDER.rglob("*.py")):
        if "TypedDict)" in (text := file.read_text(encoding="utf-8")):
            module = ".".join(("tenfold.components", *file.relative_to(FOLDER).with_suffix("").parts))
            for name in re.findall(r"^class (\w+)\(TypedDict\)", text, re.MULTILINE):
                if name in found:
                    raise ValueError(f"{name} is in {module} and in {found[name].__module__}; rename one of the two.")
                found[name] = getattr(importlib.import_module(module), name)
    return found


def arguments(class_: type) -> Iterator[Argument]:
    """The arguments of a `TypedDict`, in their order."""
    docstrings = _docstrings(class_)
    for name, annotation in class_.__annotations__.items():
        required = typing.get_origin(annotation) is not NotRequired
        parts = _DOCSTRING.fullmatch(docstrings.get(name, ""))
        assert parts
        bare = _bare(annotation if required else typing.get_args(annotation)[0])
        yield Argument(name, bare, required, parts["what"], parts["default"] or "", parts["change"] or "")


def _docstrings(class_: type) -> dict[str, str]:
    module = ast.parse((FOLDER.parent / f"{class_.__module__.replace('.', '/')}.py").read_text(encoding="utf-8"))
    body = next(node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == class_.__name__)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


def _bare(annotation: Any) -> Any:
    """`pulumi.Input[T]` is a union of T, a promise of it and an output of it."""
    return typing.get_args(annotation)[0] if typing.get_origin(annotation) is typing.Union else annotation


def _type(annotation: Any) -> str:
    origin, inner = typing.get_origin(annotation), [_bare(arg) for arg in typing.get_args(annotation)]
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{choice}`" for choice in annotation)
    if is_typeddict(annotation):
        return "map"
    if origin is dict:
        return f"map of {_plural(_type(inner[1]))}"
    return f"list of {_plural(_type(inner[0]))}" if inner else "any"


def _plural(kind: str) -> str:
    return f"{kind}s" if kind in ("text", "number", "whole number", "map") else kind
