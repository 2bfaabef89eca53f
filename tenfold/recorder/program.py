"""The program `pulumi up` runs, as a run for the recorders."""

from collections.abc import Mapping
from types import MappingProxyType

from tenfold.blueprints.architecture import Architecture
from tenfold.recorder.run import Run

PROJECT = "tenfold"  # as in Pulumi.yaml


def run_of(architecture: Architecture, tokens: bool = True, config: Mapping[str, str] = MappingProxyType({})) -> Run:
    """`tokens` and `config` as of `Run`. The stack is `<name>-<environment>`: the stage is an input, never part of a
    name."""

    def build() -> Mapping[str, object] | None:
        from tenfold.stacks.compose import build

        return build(architecture)

    stack = f"{architecture.name}-{architecture.environment}"
    return Run(build, PROJECT, stack, architecture.region, tokens, config)
