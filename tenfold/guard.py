"""Stops a change that would lose what holds data or identity, before the engine starts.

The engine stops at a protected resource too (`protect`), but only when it comes to it: what was to be removed before is
gone by then. Compared are the stack's state and the plan, so it needs no engine.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tenfold import exits
from tenfold.failure import Failure


def planned(file: Path, environment: str, stage: str | None) -> set[str]:
    """URNs of everything the blueprint makes. Ends the command where the plan itself has problems (an override of a
    resource that does not exist). In a process of its own: the recorder stands in for the SDK that the engine needs."""
    command = [sys.executable, "-m", "tenfold", "plan", str(file), "--env", environment, "--json"]
    done = subprocess.run([*command, *(["--stage", stage] if stage else [])], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        problems = json.loads(done.stdout).get("problems", []) if done.stdout.startswith("{") else []
        _show(problems)
        raise SystemExit(done.returncode)
    return {resource["urn"] for resource in json.loads(done.stdout)["resources"]}


def lost(held: Iterable[Mapping[str, Any]], wanted: set[str]) -> list[str]:
    """Names of the protected resources in the state that the plan does not have."""
    return [r["urn"].rsplit("::", 1)[-1] for r in held if r.get("protect") and r["urn"] not in wanted]


def refuse_loss(names: list[str], *, stack: str, environment: str, deployed: Any, wanted: int) -> None:
    """Raises `Failure` (refused) when there is anything to lose."""
    if not names:
        return
    moving = deployed not in (None, wanted)
    keep = f"`promoting_from: {deployed}`" if moving else "what made them"
    until = f"until data and traffic have moved (docs/stages/{wanted}.md), or"
    raise Failure(
        f"This would remove {', '.join(names)} of {stack}: {'they hold' if len(names) > 1 else 'it holds'} data or "
        "identity.",
        why=f"the stack is at stage {deployed}, the blueprint at stage {wanted}"
        if moving
        else "the blueprint lacks it",
        remedies=(
            f"keep {keep} in environments.{environment} {until}",
            "when they are no longer needed: `pulumi state unprotect URN`, then this again. Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def _show(problems: list[Mapping[str, Any]]) -> None:
    """The plan's problems as `plan` itself would have shown them."""
    import click

    from blueprints.problem import Problem
    from tenfold.render.problems import as_text

    known = Problem.__dataclass_fields__
    click.echo(as_text([Problem(**{k: v for k, v in p.items() if k in known}) for p in problems]), nl=False, err=True)
