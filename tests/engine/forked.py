"""A process that has imported what runs of the engine import, and forks for each: of the six seconds of CPU of an `up`
that changes nothing, importing is three. The child is a process like that of `python -m tenfold`, with environment,
arguments, output and exit code of its own.

Reads requests from stdin, a line of JSON each; answers with the exit code, negative for the signal that ended it.
"""

import gc
import importlib
import json
import os
import pkgutil
import re
import sys
from pathlib import Path

import pulumi.automation
import pulumi_aws

import tenfold.cli
from tests import json_documents

ROOT = Path(__file__).parents[2]
IMPORTED = (pulumi.automation,)
ROOMS = ("blueprints", "commands", "diff", "engine", "foresight", "promotion", "refusals", "render", "stacks")


def load() -> None:
    """The rooms that a run passes, and the SDK with each class that a component uses: it loads them when asked."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / "tenfold" / room)], f"tenfold.{room}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    json_documents.watch()
    components = "".join(file.read_text() for file in (ROOT / "components").rglob("*.py"))
    for service, name in set(re.findall(r"\baws\.([a-z0-9]+)\.([A-Z]\w+)", components)):
        getattr(getattr(pulumi_aws, service), name)


def run(args: list[str], environment: dict[str, str], output: str, errors: str) -> None:
    for descriptor, path in ((0, os.devnull), (1, output), (2, errors)):
        opened = os.open(path, os.O_RDWR)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tenfold", *args]
    tenfold.cli.main()


def serve() -> None:
    load()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return run(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
