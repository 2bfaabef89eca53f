"""One run of a program in a recorder."""

from collections.abc import Callable, Mapping
from dataclasses import field

from tenfold.blueprints.value import Value

Program = Callable[[], "Mapping[str, object] | None"]
"""Constructs resources and returns the stack's outputs. It must import what it uses (`pulumi`, components) itself,
while it runs: a recorder decides which `pulumi` that is."""


class Run(Value):
    """`tokens`: outputs the cloud would compute read `<urn#property>`, so that policies and names stay readable;
    otherwise they are unknown, as in the preview of a first `up`, and `apply` does not run on them."""

    program: Program
    project: str
    stack: str
    region: str
    tokens: bool = True
    config: Mapping[str, str] = field(default_factory=dict)
    """Stack configuration, full keys (`aws:region`)."""
