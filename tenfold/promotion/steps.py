"""The ordered steps of a promotion, each with its command, and where a promotion stands among them. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages.promotion import Promotion, leaves
from tenfold.blueprints.value import Value

TRAFFIC = ("10%", "50%", "100%")  # a tenth shows mistakes to few, half shows whether the new part carries the load

_MOVED = {
    "data": "the application uses the managed database, after the runbook's copy",
    "traffic": "the domain leads to the new entrance",
}
_NO_DOMAIN = "you point your own name at the new entrance, as there is no `domain`"


class Step(Value):
    kind: Literal["expand", "check", "move", "finish", "release"]
    title: str
    command: str
    done: bool = False


def steps(architecture: Architecture, flags: str, *, expanded: bool) -> list[Step]:
    """What is to be done, in order. `architecture` says both stages or, once it has ended, what is left over;
    `flags` is file and environment as they are typed; `expanded` whether the deployment has both stages' parts."""
    command = f"tenfold promote {flags}"
    promotion, ordered = architecture.promotion, []
    if promotion:
        here, there = f"stage {promotion.from_stage}", f"stage {architecture.stage}"
        expand = f"{command} --to {architecture.stage}"
        ordered.append(Step("expand", f"parts of {there} beside those of {here}", expand, expanded))
        ordered.append(Step("check", "what can be checked before anything moves", f"{command} --check"))
        ordered += [_move(architecture, promotion, move, command) for move in promotion.moves]
        ordered.append(Step("finish", f"the parts that only {here} needs go", f"{command} --finish"))
    for name in (*architecture.leftovers, *(left_over(architecture) if promotion else ())):
        ordered.append(Step("release", f"{name} goes, when it is not needed any more", f"{command} --release {name}"))
    return ordered


def is_expanded(now: Architecture, outputs: Mapping[str, Any]) -> bool:
    """Whether the deployment with these outputs has both stages' parts."""
    return bool(outputs.get("promotion")) and outputs.get("stage") == now.stage


def next_step(of: list[Step]) -> Step | None:
    """The first that is not done and waits for nobody: a check can be asked for at any time, and what is left over goes
    when somebody is sure."""
    return next((step for step in of if not step.done and step.kind in ("expand", "move", "finish")), None)


def left_over(architecture: Architecture) -> tuple[str, ...]:
    """Names of what the promotion under way leaves over when it ends."""
    promotion = architecture.promotion
    if promotion is None:
        return ()
    before = architecture.capabilities - promotion.arriving
    return tuple(f"{architecture.name}-{name}" for name in leaves(before, architecture.capabilities))


def progress_text(promotion: Promotion) -> str:
    """`data yes, traffic 25%`, of what moves at all."""
    done = {"data": "yes" if promotion.moved_data else "no", "traffic": f"{promotion.moved_traffic}%"}
    return ", ".join(f"{move} {done[move]}" for move in promotion.moves) or "nothing has to"


def _move(architecture: Architecture, promotion: Promotion, move: str, command: str) -> Step:
    shares = TRAFFIC if architecture.domain else TRAFFIC[-1:]  # without a name there is nothing to weigh
    later = [share for share in shares if int(share[:-1]) > promotion.moved_traffic]
    written = "data" if move == "data" else f"traffic={later[0] if later else shares[-1]}"
    title = _NO_DOMAIN if move == "traffic" and not architecture.domain else _MOVED[move]
    if move == "traffic" and promotion.moved_traffic and promotion.holds(move):
        title += f" ({promotion.moved_traffic}% do)"
    return Step("move", title, f"{command} --move {written}", not promotion.holds(move))
