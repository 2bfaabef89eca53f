"""python -m bench.cdk.shops N: what `tenfold plan --json` does, for N shops in one process, one document a line.

There is no command that plans many blueprints at once; this is the counterpart of a CDK app with N stacks.
With --words each plan is printed for people instead, as `tenfold plan` does.
"""

import dataclasses
import gc
import json
import sys

from tenfold.blueprints.resolve import load
from tenfold.exits import leave
from tenfold.recorder import record
from tenfold.recorder.program import run_of
from tenfold.render import plan as render

STAGE = 3


def plans(shops: int, words: bool) -> None:
    architecture = load("blueprints/shop.yaml", environment="prod", stage=STAGE).architecture
    if architecture is None:
        sys.exit("blueprints/shop.yaml has mistakes: tenfold validate blueprints/shop.yaml")
    for number in range(shops):
        shop = dataclasses.replace(architecture, name=f"shop{number}")
        graph = record(run_of(shop)).graph
        sys.stdout.write(render.as_text(shop, graph) if words else json.dumps(render.as_json(shop, graph)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    gc.set_threshold(50_000)  # begins and ends as the command does
    plans(int(sys.argv[1]), "--words" in sys.argv)
    leave(0)
