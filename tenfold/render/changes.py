"""What the engine would change, by component, with Pulumi's own marks: + create, ~ change, +- replace, - remove."""

from collections.abc import Iterator

import click

from tenfold.engine.progress import COMPONENT, Progress

# The words and colours of `pulumi preview`, so that nobody has to learn new ones.
MARKS = {
    "delete": ("- ", "red", "removed"),
    "replace": ("+-", "magenta", "replaced"),
    "create-replacement": ("++", "magenta", "made anew"),
    "delete-replaced": ("--", "red", "the old one goes"),
    "update": ("~ ", "yellow", "changed"),
    "create": ("+ ", "green", "created"),
    "import": ("= ", "cyan", "taken over"),
}
MOST = 40  # lines of creations before they are only counted


def lines(progress: Progress, *, prefix: str) -> Iterator[str]:
    """`prefix` (the blueprint's name and a dash) is cut off components' names."""
    changes = [s for s in progress.steps if s["op"] in MARKS and not s["type"].startswith(COMPONENT)]
    creations = sum(step["op"] == "create" for step in changes)
    by_part: dict[str, list] = {}
    for step in changes:
        by_part.setdefault(progress.component(step["urn"]).removeprefix(prefix), []).append(step)
    for part, steps in by_part.items():
        if creations > MOST and all(step["op"] == "create" for step in steps):
            yield click.style(f"  +  {part:<14} {len(steps)} created", fg="green")
            continue
        yield f"  {part}"
        for step in sorted(steps, key=lambda step: list(MARKS).index(step["op"])):
            mark, colour, _ = MARKS[step["op"]]
            kind = step["type"].rsplit(":", 1)[-1]
            yield click.style(f"    {mark} {kind:<28} {step['name']}{_why(step)}", fg=colour)


def unprotected(progress: Progress) -> Iterator[str]:
    """What goes on without the engine's protection."""
    names = [s["name"] for s in progress.steps if s["protect"] and not s["protect_after"] and s["op"] in _GOES_ON]
    if names:
        yield click.style(f"  protection is taken off: {', '.join(dict.fromkeys(names))}", fg="red", bold=True)


_GOES_ON = ("same", "update", "replace", "create-replacement")


def _why(step: dict) -> str:
    if step["op"] == "replace" and step["replace_keys"]:
        return f"   because of {', '.join(step['replace_keys'])}"
    changed = [path for path in step["diff"] if not path.startswith("__")]
    return f"   {', '.join(changed[:6])}" if step["op"] == "update" and changed else ""
