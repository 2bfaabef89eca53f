"""How an operation ended, for people and for machines."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import click

from tenfold import exits, streams
from tenfold.blueprints.architecture import Architecture
from tenfold.diff import Difference
from tenfold.render import diff
from tenfold.render.lines import WIDTH, wrapped_lines
from tenfold.wording import quantity

_WORDS = {"create": "created", "update": "changed", "delete": "removed", "replace": "replaced", "same": "unchanged"}
_WOULD = {"create": "to create", "update": "to change", "delete": "to remove", "replace": "to replace"}


def counts(summary: dict[str, int], words: dict[str, str]) -> str:
    """`61 created, 2 changed`, in a fixed order, without zeros."""
    return ", ".join(f"{summary[op]} {word}" for op, word in words.items() if summary.get(op))


def tell(result: Any, target: Any, *, done: str) -> None:
    """`done` is the command: up, destroy, refresh or promote; a preview only where it failed."""
    for note in result.notes:
        click.echo("\n".join(wrapped_lines(note, WIDTH, "  note: ", " " * 8)))
    if result.failed:
        _failed(result, target, done)
        return
    if done == "refresh":
        click.echo(f"Done in {result.seconds:.0f} s: the state is as the cloud.")
        click.echo(f"  next    tenfold preview {target.flags}   what `up` would do about it")
        return
    counted_changes = counts(result.progress.counts(), {k: v for k, v in _WORDS.items() if k != "same"})
    click.echo(f"Done in {result.seconds:.0f} s: {counted_changes or 'nothing to change'}.")
    if done == "up":
        _next(result, target)


def preview(result: Any, target: Any, difference: Difference, *, verbose: bool = False) -> None:
    """The page of `tenfold diff`, for the changes that the engine previews."""
    if result.failed:
        tell(result, target, done="preview")
        return
    _page(result, target, difference, verbose)
    counted_changes = counts(result.progress.counts(), _WOULD)
    click.echo(f"{counted_changes}. Nothing was changed." if counted_changes else "Nothing to change.")


def drift(difference: Difference, target: Any, result: Any, *, verbose: bool = False) -> None:
    """The same for differences between the state (old) and the cloud (new)."""
    changes = tuple(replace(change, protect=False) for change in difference.changes)  # it has happened
    _page(result, target, replace(difference, changes=changes, kept=()), verbose, without=(diff.LOCKED,))
    if difference.resources:
        click.echo(f"{quantity(len(difference.resources), 'resource')} differ from the state (state → cloud).")
    else:
        click.echo("The cloud is as the state says.")


def _page(result: Any, target: Any, difference: Difference, verbose: bool, without: Collection[str] = ()) -> None:
    for note in result.notes:
        click.echo(f"  note: {note}")
    if difference.resources:
        color = streams.takes_color(sys.stdout)
        for line in diff.lines(difference, target.architecture, color=color, verbose=verbose, without=without):
            click.echo(line)
        click.echo(f"  {diff.verdict(difference)[0]}")


NOTHING = {"changes": [], "summary": {}, "outputs": {}, "problems": [], "failed": "", "seconds": 0}


def as_json(result: Any, difference: Difference | None = None) -> dict[str, Any]:
    """With `difference`, what changes as `tenfold diff --json` has it; else as the engine names it."""
    changes = _steps(result) if difference is None else difference.as_json()["changes"]
    return {
        "version": 1,
        "changes": changes,
        "summary": result.progress.counts(),
        "outputs": result.outputs,
        "problems": [{"urn": p.urn, "severity": p.severity, "message": p.message} for p in result.progress.problems],
        "failed": result.failed,
        "seconds": round(result.seconds, 2),
    }


def _steps(result: Any) -> list[dict[str, Any]]:
    return [
        {
            "op": "protect" if step["op"] == "same" else step["op"],
            "urn": step["urn"],
            "type": step["type"],
            "name": step["name"],
            "protect_before": step["protect"],
            "protect_after": step["protect_after"],
            "properties": [
                {"path": path, "forces_replacement": kind.endswith("-replace")} for path, kind in step["diff"].items()
            ],
        }
        for step in result.progress.steps
        if step["op"] != "same" or step["protect"] != step["protect_after"]
    ]


def _next(result: Any, target: Any) -> None:
    simulated = " (simulated)" if target.where.cloud else ""
    url = _address(result.outputs, target.architecture)
    for label, line in (
        ("open", f"{url}{simulated}" if url else ""),
        ("look", f"tenfold outputs {target.flags}"),
        ("remove", f"tenfold destroy {target.flags}" if simulated or target.architecture.throwaway else ""),
    ):
        if line:
            click.echo(f"  {label:<8}{line}")


def _address(outputs: Mapping[str, Any], architecture: Architecture) -> str:
    """Where the application answers: after a failover in which no name moved, in the standby region."""
    away = outputs.get("standby_url") if architecture.active == "standby" else None
    return away or outputs.get("url") or ""


def _failed(result: Any, target: Any, done: str) -> None:
    from tenfold.render import failures

    label = "interrupted" if result.interrupted else "failed"
    click.echo(streams.style_text(f"{label} after {result.seconds:.0f} s", sys.stdout, fg="red", bold=True))
    for line in failures.lines(result, target):
        click.echo(line)
    if _cloud_ended(target):
        remedy = f"`tenfold local reset`, then `tenfold up {target.flags}`"
        click.echo(f"The local cloud has ended and forgotten everything: {remedy}.")
    elif done != "preview":
        click.echo(f"What was finished is kept; `tenfold {done} {target.flags}` resumes from there.")
    if result.code == exits.INTERRUPTED:
        click.echo("Exit code 4: interrupted, resumable.")


def _cloud_ended(target: Any) -> bool:
    from tenfold.local import server

    cloud = target.where.cloud
    return bool(cloud) and getattr(server.running(), "identity", None) != cloud.identity
