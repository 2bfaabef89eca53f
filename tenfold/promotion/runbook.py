"""Runbooks of a promotion: what people do where one `up` is not enough, with every command filled in. The texts are
data (`runbooks/*.yaml`); a later stage adds a file."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.source.document import load_data
from tenfold.blueprints.value import Value
from tenfold.promotion import facts

FOLDER = Path(__file__).with_name("runbooks")
_WHERE = {"here": "on your machine", "server": "on the server, as root"}


class Step(Value):
    """One thing to do. All of it is Markdown; `run` is a shell's."""

    title: str
    where: Literal["here", "server"]
    why: str
    before: str  # what must be true
    run: str
    check: str
    back: str


class Runbook(Value):
    name: str
    title: str
    steps: tuple[Step, ...]


def runbooks(
    architecture: Architecture, file: str, flags: str, outputs: Mapping[str, Any], resources: facts.State
) -> list[Runbook]:
    """Those of the promotion under way, in order. `outputs` and `resources` (of the state) are empty before the first
    step: a value that is not known yet is then written as `<name>`."""
    promotion = architecture.promotion
    if promotion is None:
        return []
    known = {**outputs, **facts.of(architecture, file, flags)}
    sections = []
    for name, data in _all().items():
        if data["brings"] not in promotion.arriving or data.get("move", "") not in ("", *promotion.moves):
            continue
        case = _case(architecture, data.get("large_above"))
        steps = tuple(
            _step(step, known, resources, architecture.name)
            for step in data["steps"]
            if all(case[key] == value for key, value in step.get("when", {}).items())
        )
        sections.append(Runbook(name, data["title"], steps))
    return sections


def as_markdown(of: list[Runbook], title: str) -> str:
    """One document; steps are numbered through."""
    lines, number = [f"# {title}", ""], 0
    for runbook in of:
        lines += [f"## {runbook.title}", ""]
        for step in runbook.steps:
            number += 1
            lines += [f"### {number}. {step.title}", "", step.why, "", f"**Before:** {step.before}", ""]
            lines += [f"**Do** ({_WHERE[step.where]}):", "", "```sh", step.run.rstrip(), "```", ""]
            lines += [f"**Check:** {step.check}", "", f"**Way back:** {step.back}", ""]
    if not number:
        lines += ["Nothing has to be done by hand: `tenfold promote` does all of it.", ""]
    return "\n".join(lines)


def _case(architecture: Architecture, large_above: int | None) -> dict[str, Any]:
    """What `when` of a step may ask."""
    store = architecture.sessions.store
    return {
        "engine": architecture.database.engine,
        "large": large_above is not None and architecture.load.data > large_above,
        "domain": architecture.domain is not None,
        "store": "cache" if store == "cache" else "other",
    }


def _step(data: Mapping[str, Any], known: Mapping[str, Any], resources: facts.State, name: str) -> Step:
    texts = ("title", "why", "before", "run", "check", "back")
    return Step(
        where=data["where"], **{key: facts.fill_text(data[key].strip(), known, resources, name) for key in texts}
    )


@cache
def _all() -> dict[str, Any]:
    return {file.stem[2:]: load_data(file) for file in sorted(FOLDER.glob("*.yaml"))}
