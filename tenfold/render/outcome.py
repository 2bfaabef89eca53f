"""How an operation ended, for people and for machines."""

from typing import Any

import click

from tenfold import exits

_WORDS = {"create": "created", "update": "changed", "delete": "removed", "replace": "replaced", "same": "unchanged"}
_WOULD = {"create": "to create", "update": "to change", "delete": "to remove", "replace": "to replace"}


def counts(summary: dict[str, int], words: dict[str, str]) -> str:
    """`61 created, 2 changed` in a fixed order; what did not happen is left out."""
    return ", ".join(f"{summary[op]} {word}" for op, word in words.items() if summary.get(op))


def tell(result: Any, made: Any, *, done: str) -> None:
    """`done` is the command: preview, up or destroy."""
    for note in result.notes:
        click.echo(f"  note: {note}")
    if result.failed:
        _failed(result, made, done)
        return
    if done == "preview":
        _preview(result, made)
        return
    told = counts(result.progress.counts(), {k: v for k, v in _WORDS.items() if k != "same"})
    click.echo(f"Done in {result.seconds:.0f} s: {told or 'nothing to change'}.")
    if done == "up":
        _next(result, made)


def as_json(result: Any) -> dict[str, Any]:
    changes = [
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
    return {
        "version": 1,
        "changes": changes,
        "summary": result.progress.counts(),
        "outputs": result.outputs,
        "problems": [{"urn": p.urn, "severity": p.severity, "message": p.message} for p in result.progress.problems],
        "failed": result.failed,
        "seconds": round(result.seconds, 2),
    }


def _preview(result: Any, made: Any) -> None:
    from tenfold.render import changes

    for line in changes.unprotected(result.progress):
        click.echo(line)
    for line in changes.lines(result.progress, prefix=f"{made.architecture.name}-"):
        click.echo(line)
    told = counts(result.progress.counts(), _WOULD)
    click.echo(f"{told}. Nothing was changed." if told else "Nothing to change.")


def _next(result: Any, made: Any) -> None:
    simulated = " (simulated)" if made.where.cloud else ""
    for label, line in (
        ("open", f"{result.outputs['url']}{simulated}" if result.outputs.get("url") else ""),
        ("look", f"tenfold outputs {made.flags}"),
        ("remove", f"tenfold destroy {made.flags}"),
    ):
        if line:
            click.echo(f"  {label:<8}{line}")


def _failed(result: Any, made: Any, done: str) -> None:
    from tenfold.render import failures

    label = "interrupted" if result.interrupted else "failed"
    click.echo(click.style(f"{label} after {result.seconds:.0f} s", fg="red", bold=True))
    for line in failures.lines(result, made):
        click.echo(line)
    if done != "preview":
        click.echo(f"What was finished is kept; `tenfold {done} {made.flags}` goes on from there.")
    if result.code == exits.INTERRUPTED:
        click.echo("Exit code 4: interrupted, resumable.")
