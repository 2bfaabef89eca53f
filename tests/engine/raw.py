"""Raw `pulumi` against the local cloud, as docs/real-account.md shows it."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from running import CHECKOUT, UNDISTURBED, Tenfold  # beside this file

from tenfold.engine import install


def exported(tenfold: Tenfold) -> dict[str, str]:
    """The environment after `eval "$(tenfold local env)"`, with the engine on PATH."""
    exports = tenfold("local", "env").stdout
    lines = [line.removeprefix("export ").split("=", 1) for line in exports.splitlines() if line.startswith("export ")]
    engine = install.find()
    assert engine
    variables = {**tenfold.environment, **UNDISTURBED, **{key: value.strip("'") for key, value in lines}}
    variables["PATH"] = f"{variables['PATH'].replace('$PATH', os.environ['PATH'])}:{engine.bin}"
    return variables


@contextmanager
def stack(tenfold: Tenfold, name: str, blueprint: str, environment: str, stage: str) -> Iterator[Callable[..., str]]:
    """A new stack of the checkout's project; `pulumi("preview", code=1)` runs it there and returns what it printed."""
    variables = exported(tenfold)

    def pulumi(*args: str, code: int = 0) -> str:
        done = subprocess.run(
            ["pulumi", *args, "--non-interactive"], cwd=CHECKOUT, env=variables, capture_output=True, text=True
        )
        assert (done.returncode != 0) == bool(code), done.stdout + done.stderr
        return done.stdout + (done.stderr if code else "")

    try:
        pulumi("stack", "init", name)
        for key, value in (("blueprint", blueprint), ("environment", environment), ("stage", stage)):
            pulumi("config", "set", f"tenfold:{key}", value)
        yield pulumi
    finally:
        (CHECKOUT / "stacks" / f"Pulumi.{name}.yaml").unlink(missing_ok=True)
