"""A process that has imported what every run of the engine imports, and forks for each: of the five seconds of CPU of a
short `up`, importing the SDK is one and a half. The child is a process like that of `python -m tenfold`, with
environment, arguments, output and exit code of its own.

Reads requests from stdin, a line of JSON each; answers with the exit code, negative for the signal that ended it.
"""

import json
import os
import sys

import pulumi.automation

import tenfold.cli
import tenfold.engine.driver
import tenfold.stacks.compose

IMPORTED = (pulumi.automation, tenfold.stacks.compose, tenfold.engine.driver)


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
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return run(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
