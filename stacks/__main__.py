"""The program of raw `pulumi`: `pulumi config set tenfold:blueprint blueprints/shop.yaml`, then `pulumi up`."""

import sys
from pathlib import Path

import pulumi

from blueprints.resolve import load
from stacks.compose import build

CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> None:
    config = pulumi.Config("tenfold")
    blueprint = config.require("blueprint")
    environment = config.get("environment") or pulumi.get_stack()
    resolution = load(CHECKOUT / blueprint, environment=environment, stage=config.get("stage") or None)
    if resolution.architecture is None:
        for problem in resolution.problems:
            place = f"{problem.file}:{problem.line}:{problem.column}"
            print(f"{place} {problem.severity} {problem.code} {problem.message} {problem.hint}", file=sys.stderr)
        raise pulumi.RunError(f"{blueprint} has mistakes; `tenfold validate {blueprint}` shows them.")
    for name, value in build(resolution.architecture).items():
        pulumi.export(name, value)


main()
