"""The capabilities of an environment: its stage's, plus `with`, minus `without`; during a promotion both stages'."""

from collections.abc import Iterable
from functools import cache

from tenfold.blueprints.source.words import nearest, one_of
from tenfold.blueprints.stages import presets
from tenfold.blueprints.value import Value


class Complaint(Value):
    """A problem without its place in the file yet. `item` is the index in a list field."""

    code: str
    field: str
    item: int | None
    message: str
    hint: str = ""


def capabilities(
    stage: int, promoting_from: int | None, with_: Iterable[str] = (), without: Iterable[str] = ()
) -> frozenset[str]:
    """Unknown names are ignored here; `check` reports them."""
    with_, without = tuple(with_), tuple(without)
    now = _at(stage, with_, without)
    return now | _at(promoting_from, with_, without) if promoting_from else now


@cache  # the check of each environment needs those of all others
def _at(stage: int, with_: tuple[str, ...], without: tuple[str, ...]) -> frozenset[str]:
    known = presets.capabilities()
    chosen = {name for name, capability in known.items() if capability.stage <= stage}
    chosen |= {name for name in with_ if name in known}
    chosen -= set(without)
    return frozenset(chosen - {known[name].replaces for name in chosen})


def check(stage: int, promoting_from: int | None, with_: tuple[str, ...], without: tuple[str, ...]) -> list[Complaint]:
    complaints: list[Complaint] = []
    if promoting_from is not None and promoting_from >= stage:
        message = f"A promotion to stage {stage} cannot come from stage {promoting_from}."
        complaints.append(Complaint("TF-S009", "promoting_from", None, message, "Name an earlier stage, or remove it."))
    for field, names in (("with", with_), ("without", without)):
        for index, name in enumerate(names):
            complaints += _check_name(field, index, name, stage, with_)
    return complaints + _check_needs(stage, promoting_from, with_, without)


def _check_name(field: str, index: int, name: str, stage: int, with_: tuple[str, ...]) -> list[Complaint]:
    known = presets.capabilities()
    capability = known.get(name)
    if capability is None:
        near = nearest(name, known)
        hint = f"Did you mean {near[0]}?" if near else f"Capabilities: {', '.join(known)}."
        return [Complaint("TF-S005", field, index, f"There is no capability `{name}`.", hint)]
    label = presets.presets()[capability.stage].label
    if field == "with" and capability.stage <= stage and name not in _replaced(stage):
        message = f"Stage {stage} already has `{name}`, from stage {label} on."
        return [Complaint("TF-S008", field, index, message, "Leave it out.")]
    if field == "without" and name in with_:
        return [Complaint("TF-S011", field, index, f"`{name}` is in `with` and in `without`.", "Keep one of them.")]
    if field == "without" and capability.stage > stage:
        message = f"Stage {stage} does not have `{name}`; it comes with stage {label}."
        return [Complaint("TF-S008", field, index, message, "Leave it out.")]
    return []


def _replaced(stage: int) -> set[str | None]:
    return {c.replaces for c in presets.capabilities().values() if c.stage <= stage}


def _check_needs(
    stage: int, promoting_from: int | None, with_: tuple[str, ...], without: tuple[str, ...]
) -> list[Complaint]:
    chosen = capabilities(stage, promoting_from, with_, without)
    complaints: list[Complaint] = []
    for name in chosen:
        capability = presets.capabilities()[name]
        missing = [need for need in capability.needs if need not in chosen]
        if not missing:
            continue
        field = "with" if name in with_ else "without"
        names = with_ if field == "with" else without
        item = names.index(name) if name in names else next((i for i, n in enumerate(names) if n in missing), None)
        add = f"with: [{', '.join(dict.fromkeys((*with_, *missing)))}]"
        hint = f"Take both: {add}." if field == "with" else f"Leave `{name}` out as well, or keep {one_of(missing)}."
        message = f"`{name}` needs {one_of(f'`{need}`' for need in missing)}."
        complaints.append(Complaint("TF-S007", field, item, message, hint))
    if not chosen & {"server", "fleet"}:
        item = next((i for i, name in enumerate(without) if name in ("server", "fleet")), None)
        message = "Nothing would run the application."
        complaints.append(Complaint("TF-S007", "without", item, message, "Keep server or fleet."))
    return complaints
