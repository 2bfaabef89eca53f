"""`tenfold explain`: where a value comes from, and what changing it would do. Or what a code means."""

import sys
import textwrap
from typing import Any

import click

from tenfold import exits
from tenfold.blueprints.resolve import Resolution
from tenfold.render import documents
from tenfold.render.lines import WIDTH
from tenfold.resolving import resolve

ALARMS = "signals.alarms"


@click.command(
    epilog="Examples:\n\n\b\n  tenfold explain blueprints/shop.yaml --env prod\n"
    "  tenfold explain blueprints/shop.yaml database.instance --env prod\n  tenfold explain TF-V012",
    help="Show where a value of the architecture comes from (file and line, the stage's default, or a sizing rule with "
    "its arithmetic), why, and what changing it would do. Without PATH, all values that are used. A PATH that is a "
    "section shows what is in it. A code instead of a file prints its page.",
)
@click.argument("file", metavar="FILE|CODE", type=click.Path())
@click.argument("path", required=False)
@click.option("--env", "environment", metavar="NAME", help="The environment.")
@click.option("--stage", metavar="STAGE", help="As if the blueprint were at this stage: 1 to 7, or its name.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(file: str, path: str | None, environment: str | None, stage: str | None, as_json: bool) -> None:
    code = _code(file)
    if code:
        documents.show("code", _code_document(code)) if as_json else click.echo(_page(code))
        return
    resolution = resolve(file, environment, stage)
    rows = explained_values(resolution, path or "")
    chosen = [row for row in rows if path is None or row["path"] == path or row["path"].startswith(f"{path}.")]
    chosen = chosen or _unset(resolution, path or "")
    if not chosen:
        _unknown(path or "", rows)
    listed = chosen if path else [row for row in chosen if row["used"] or row["origin"] not in ("stage", "sizing")]
    notes = _becomes(resolution, chosen) if path else []
    if as_json:
        becomes = {"becomes": notes} if notes else {}
        documents.show("values", {"values": chosen, **becomes})
    else:
        click.echo(_in_full(chosen[0]) if len(chosen) == 1 else "\n".join([*_table(listed), *_unused(chosen)]))
        for note in notes:
            click.echo("\n".join(_wrapped("becomes", note)))


def _page(code: str) -> str:
    from tenfold.blueprints.pages import code_page

    return code_page(code).rstrip("\n")


def _code_document(code: str) -> dict[str, Any]:
    from tenfold.blueprints.source.codes import catalogue

    entry = catalogue()[code]
    texts = {key: entry[key].strip("\n") for key in ("title", "why", "wrong", "right")}
    return {"code": code, "severity": entry.get("severity", "error"), **texts}


def _code(word: str) -> str | None:
    """The code that is asked for, if one is. Exits where there is no such code."""
    if not word.upper().startswith("TF-"):
        return None
    from tenfold.blueprints.source.codes import catalogue
    from tenfold.blueprints.source.words import nearest

    if word.upper() in catalogue():
        return word.upper()
    near = nearest(word.upper(), catalogue(), 3)
    click.echo(f"There is no code {word}. {'Near: ' + ', '.join(near) + '.' if near else ''}".rstrip(), err=True)
    sys.exit(exits.WRONG_INPUT)


def _unknown(path: str, rows: list[dict[str, Any]]) -> None:
    from tenfold.blueprints.source.words import nearest

    known = [row["path"] for row in rows]
    sections = {".".join(name.split(".")[:depth]) for name in known for depth in (1, 2)}
    near = nearest(path, [*known, *sections], 3)
    hint = (
        f"Did you mean {', '.join(near)}?"
        if near
        else f"Sections: {', '.join(sorted(s for s in sections if '.' not in s))}."
    )
    click.echo(f"There is no value at `{path}`. {hint}", err=True)
    sys.exit(exits.WRONG_INPUT)


def _becomes(resolution: Resolution, chosen: list[dict[str, Any]]) -> list[str]:
    """How what was asked for became settings of AWS, where that is more than a name: with the arithmetic."""
    architecture = resolution.architecture
    if architecture is None:
        return []
    sections = {".".join(row["path"].split(".")[:2]) for row in chosen}
    lines: list[str] = []
    if architecture.fleet and sections & {"fleet.scaling", "fleet.alternatives", "fleet.spot"}:
        from tenfold.stacks.elastic import bought_notes, notes

        bought = sections & {"fleet.alternatives", "fleet.spot"}
        lines += bought_notes(architecture.fleet) if bought else []
        lines += notes(architecture) if "fleet.scaling" in sections else []
    if architecture.workers and "workers.servers" in sections:
        from tenfold.stacks.elastic import backlog_notes

        lines += backlog_notes(architecture)
    if architecture.recovery and "regions.recovery" in sections:
        from tenfold.blueprints.recovery.arithmetic import notes as recovery_notes

        lines += recovery_notes(architecture)
    asked = {".".join(row["path"].split(".")[:3]) for row in chosen}
    for name, service in architecture.running_services.items():
        if asked & {f"services.{name}.{part}" for part in ("scaling", "servers", "pods")}:
            from tenfold.stacks.elastic import service_notes

            lines += service_notes(architecture, service)
    return lines


def explained_values(resolution: Resolution, path: str = "") -> list[dict[str, Any]]:
    """One row a value, by section: path, value (as a blueprint writes it), origin, why, change, effect, used; of one
    that nothing uses here, what falls away with it (`part`) and why; the house rules about it. All alarms, set or not,
    for a path to them."""
    from tenfold import secrecy
    from tenfold.blueprints.grammar.lookup import CHANGES, field_at
    from tenfold.blueprints.grammar.spelling import written_value
    from tenfold.blueprints.unused_values import explain_unused

    assert resolution.architecture is not None
    rows = []
    for name, origin in sorted(resolution.origins.items(), key=lambda item: _order(item[0])):
        route = tuple(name.split("."))
        field = field_at(route) or field_at(route[:-1]) or field_at(route[:1])
        part, why_unused = explain_unused(resolution.architecture, route)
        change = field.change if field else "none"
        rows.append({
            "path": name,
            "value": written_value(field, secrecy.by_name(resolution.values[name], route[-1])),
            "meaning": field.meaning if field else "",
            "origin": origin.kind,
            "place": f"{origin.file}:{origin.line}:{origin.column}" if origin.line else origin.text,
            "why": origin.why,
            "change": change,
            "effect": CHANGES[change],
            "used": not why_unused,
            "part": part,
            "why_unused": why_unused,
            "rules": _rules(resolution, route),
        })  # fmt: skip
    if path != ALARMS and not path.startswith(f"{ALARMS}."):
        return rows
    from tenfold.render.alarms import with_alarms

    return with_alarms(rows, resolution.architecture, path)


def _unset(resolution: Resolution, path: str) -> list[dict[str, Any]]:
    """One row for a field that has no value and no default: what it is, and the house rules about it. None for a
    section, and for a path that is not a field."""
    from tenfold.blueprints.grammar.lookup import CHANGES
    from tenfold.blueprints.grammar.targets import targets

    fields = [target for target in targets(path) if not target.is_section and target.path == path]
    return [
        {
            "path": path, "value": "not set", "meaning": target.field.meaning, "origin": "nobody sets it", "place": "",
            "why": "", "change": target.field.change, "effect": CHANGES[target.field.change], "used": True, "part": "",
            "why_unused": "", "rules": _rules(resolution, target.route),
        }
        for target in fields
    ]  # fmt: skip


def _rules(resolution: Resolution, route: tuple[str, ...]) -> list[dict[str, str]]:
    """The house rules about a field; `where` is empty for one that is for all environments and stages."""
    bearing = resolution.draft.house.bearing_on(route) if resolution.draft else []
    return [
        {
            "name": rule.name,
            "level": "warning" if rule.is_warning else "error",
            "asks": rule.words,
            "where": rule.where,
            "reason": rule.reason,
            "place": rule.place,
        }
        for rule in bearing
    ]


def _order(path: str) -> tuple[int, str]:
    from tenfold.blueprints.grammar.lookup import sections

    top, names = path.split(".")[0], list(sections()["Blueprint"])
    first = ("name", "stage", "promoting_from", "app")
    return (first.index(top) - len(first) if top in first else names.index(top), path)


def _in_full(row: dict[str, Any]) -> str:
    lines = [f"{row['path']} = {row['value']}", f"  {row['meaning']}"]
    lines.append(f"  from      {row['origin']}" + (f"  {row['place']}" if row["place"] else ""))
    if row["why"]:
        lines += _wrapped("because", row["why"])
    if "default" in row:
        lines += _wrapped("default", row["default"])
    lines += _wrapped("changing", f"{row['change']}: {row['effect']}")
    if not row["used"]:
        lines += _wrapped("unused", row["why_unused"])
    for rule in row.get("rules", ()):
        asks = ", ".join(filter(None, [rule["asks"], rule["where"]]))
        asks += "" if rule["level"] == "error" else ", a warning"
        reason = f": {rule['reason']}" if rule["reason"] else ""
        lines += _wrapped("rule", f"{asks}{reason} (`{rule['name']}`, {rule['place']})")
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 2, initial_indent=f"  {label:<8}  ", subsequent_indent=" " * 12)


def _unused(rows: list[dict[str, Any]]) -> list[str]:
    """What falls away here, by the reason for it."""
    parts: dict[str, list[str]] = {}
    for row in rows:
        if not row["used"] and row["part"] not in parts.setdefault(row["why_unused"], []):
            parts[row["why_unused"]].append(row["part"])
    ordered = sorted(parts.items(), key=lambda item: item[0] if item[0].startswith("from stage") else "")
    lines = [line for why, names in ordered for line in _folded(f"  {', '.join(names)}: {why}")]
    return ["", "Unused here:", *lines] if lines else []


def _folded(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 2, subsequent_indent="    ", break_on_hyphens=False)


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """Path, value and where it is from, unused values marked. A terminal has the beginning of a line, a pipe all."""
    wide = min(52 if rows[0]["path"].startswith(ALARMS) else 34, max(len(row["path"]) for row in rows))
    value_wide = min(28, max(len(row["value"]) for row in rows))
    lines = []
    for row in rows:
        source = row["place"] if row["place"] and not row["why"] else f"{row['origin']}: {row['why']}"
        mark = "" if row["used"] else "(unused) "
        line = f"{row['path']:<{wide}}  {row['value']:<{value_wide}}  {mark}{source}"
        lines.append(line if len(line) <= WIDTH or not sys.stdout.isatty() else line[: WIDTH - 1] + "…")
    return lines
