"""The tables inside README.md and docs/ that repeat data: written between two markers, never by hand.

    <!-- table: defaults 2 -->
    …
    <!-- end of table -->

`python -m scripts.tables` renews them all. The words after `table:` are the table's name and its arguments.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tenfold import exits
from tenfold.blueprints.grammar.lookup import Field, field_at, sections
from tenfold.blueprints.pages import schema
from tenfold.blueprints.reading.defaults import EACH
from tenfold.blueprints.sizes.sizing import ENTRY_RULES, RULES
from tenfold.blueprints.stages.presets import Preset, presets

WORDS = {"array": "list", "object": "map", "string": "text", "boolean": "`true`, `false`", "integer": "a number"}
ROOT = Path(__file__).resolve().parent.parent
TABLE = re.compile(r"(<!-- table: ([^>]+?) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def pages() -> list[Path]:
    """The hand-written pages; those of the codes are generated whole."""
    return [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if p.parent.name != "codes")]


def renew_tables(text: str) -> str:
    """The page with all its tables made again. Raises KeyError for a table there is none of."""

    def table(found: re.Match[str]) -> str:
        name, *arguments = found[2].split()
        return f"{found[1]}{TABLES[name](*arguments)}\n{found[3]}"

    return TABLE.sub(table, text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _count(users: int) -> str:
    """100, 10K, 1M: as the design writes user ranges."""
    if users >= 1_000_000:
        return f"{users // 1_000_000}M"
    return f"{users // 1000}K" if users >= 1000 else str(users)


def _preset(number: str) -> Preset:
    return presets()[int(number)]


def _said(value: Any) -> str:
    """As YAML has it: true, not True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def stages() -> str:
    """All seven, for the README."""
    rows = []
    for preset in presets().values():
        name = f"[{preset.name}](docs/stages/{preset.number}.md)"
        users = f"{_count(preset.users[0])} – {_count(preset.users[1])}"
        adds = ", ".join(f"`{capability}`" for capability in preset.adds)
        rows.append((str(preset.number), name, users, preset.title, adds))
    return _table(("", "stage", "users", "what it is", "adds"), rows)


def capabilities() -> str:
    """What `with:` and `without:` may name."""
    found = [capability for preset in presets().values() for capability in preset.adds.values()]
    return _table(
        ("capability", "from stage", "what", "needs"),
        ((f"`{c.name}`", str(c.stage), c.title, ", ".join(f"`{need}`" for need in c.needs)) for c in found),
    )


def defaults(number: str) -> str:
    rows = (
        (f"`{path}`", f"`{_said(default.value)}`", default.why) for path, default in _preset(number).defaults.items()
    )
    return _table(("field", "default", "why"), rows)


def move_on(number: str) -> str:
    return "\n".join(f"- {line}" for line in _preset(number).move_on_when)


def trade_offs(number: str) -> str:
    return "\n".join(f"- {line}" for line in _preset(number).trade_offs)


def application_must(number: str) -> str:
    return "\n".join(f"- {line}" for line in _preset(number).application_must)


def fields(*sections: str) -> str:
    """Fields of the blueprint: of the top (`fields top`), or of sections with all that is inside."""
    whole = schema()
    top = {**whole["properties"], "app": {"$ref": "#/$defs/App"}}
    if sections == ("top",):
        found = [(name, node) for name, node in top.items() if "$ref" not in node]
    else:
        found = [pair for name in sections for pair in _leaves(whole, name, top[name])]
    return _table(
        ("field", "values", "default", "what it is", "a change"),
        ((f"`{path}`", _values(node), _default(path), _meaning(path), node["x-change"]) for path, node in found),
    )


def _meaning(path: str) -> str:
    return _field(path).meaning


def _field(path: str) -> Field:
    found = field_at(tuple(path.split(".")))
    assert found, path
    return found


def _default(path: str) -> str:
    """Of the first stage that has one, and where a later stage has another; *sized* where a rule computes it."""
    if _field(path).required:
        return "*needed*"
    if path in RULES or path in ENTRY_RULES:
        return "*sized*"
    said = [(preset.number, preset.defaults[path].value) for preset in presets().values() if path in preset.defaults]
    words = [f"`{_said(value)}`" for _, value in said]
    return "; ".join(words[:1] + [f"stage {n}: {word}" for (n, _), word in zip(said[1:], words[1:], strict=True)])


ENTRIES = ("queues", "events", "services", "signals.alarms")  # maps whose entries have a table of their own


def _leaves(whole: dict[str, Any], path: str, node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    entries = list(node.get("patternProperties", {}).values())
    if path in ENTRIES and entries:  # `queues.*.attempts`: of each entry under a name of the writer's own
        path, node = f"{path}.{EACH}", entries[0]
    if "$ref" not in node:
        yield path, node
        return
    for name, inner in whole["$defs"][node["$ref"].rpartition("/")[2]]["properties"].items():
        yield from _leaves(whole, f"{path}.{name}", inner)


def _values(node: dict[str, Any]) -> str:
    """What may be written, by an example where the schema has one."""
    if "enum" in node:
        chosen = node["enum"] if len(node["enum"]) <= 10 else [node["enum"][0], "…", node["enum"][-1]]
        return ", ".join(f"`{value}`" for value in chosen).replace("`…`", "…")
    if "const" in node or "examples" in node:
        return ", ".join(f"`{example}`" for example in node.get("examples", [node.get("const")]))
    if "anyOf" in node:
        texts = [_values(choice) for choice in node["anyOf"]]
        return ", ".join([text for text in texts if text.startswith("`")] or texts)
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f"{low} to {high}"
    return WORDS[node["type"]]


def exit_codes() -> str:
    return _table(("exit code", "meaning"), ((str(code), meaning) for code, meaning in exits.MEANING.items()))


def house_rule() -> str:
    """What a rule of `tenfold-rules.yaml` says."""
    rows: list[tuple[str, str]] = []
    for name, field in sections()["Rule"].items():
        inner = field.section[0]
        named = {f"{name}.{each}": deep for each, deep in sections()[inner].items()} if inner else {name: field}
        rows += [
            (f"`{path}`{' (needed)' if each.required else ''}", each.meaning.replace("|", "\\|"))
            for path, each in named.items()
        ]
    return _table(("", "what it is"), rows)


def security_exceptions() -> str:
    """What a scanner finds and is meant so; `make security` holds the list complete and free of what is not needed."""
    from scripts.security.__main__ import exceptions

    rows = [(check, name, reason) for check, names in exceptions().items() for name, reason in names.items()]
    return _table(("check", "resource", "why it is so"), ((check, f"`{name}`", why) for check, name, why in rows))


def component_arguments(name: str) -> str:
    from scripts.arguments import arguments, types

    rows = [
        (f"`{a.name}`", a.type, "required" if a.required else a.default, a.what.rstrip("."), a.change)
        for a in arguments(types()[name])
    ]
    return _table(("argument", "type", "default", "what, unit, why", "a change"), rows)


def component_pages() -> str:
    """All components, for the authors' page: what a component is, from the first sentence of its module."""
    import sys

    from tenfold.components.parts.registry import components

    rows: list[tuple[str, str]] = []
    for name, made in components().items():
        page = components()[made.goes_on_with or name].__module__.rpartition(".")[2]
        first = " ".join((sys.modules[made.__module__].__doc__ or "").split()).partition(". ")[0].rstrip(".")
        rows.append((f"[{name}](components/{page}.md)", first.removeprefix(f"{name}: ")))
    return _table(("component", "what it is"), rows)


PAGES = {
    "explain": "blueprint",
    "failover": "disaster",
    "state": "interruption",
    "validate": "blueprint",
    "local": "local-cloud",
    "policy": "house-rules",
    "prices": "cost",
    "promote": "promotion",
    "simulate": "simulation",
    "up": "real-account",
    "upgrade": "editions",
    "new": "your-project",
    "update": "your-project",
}


def commands() -> str:
    """All commands, for the README, in the order of `tenfold --help`."""
    from tenfold.cli import COMMANDS

    def page(name: str) -> str:
        file = f"docs/{PAGES.get(name, name)}.md"
        return f"[{PAGES.get(name, name)}]({file})" if (ROOT / file).is_file() else ""

    return _table(("command", "what it does", "more"), ((f"`{n}`", what, page(n)) for n, what in COMMANDS.items()))


def documents_() -> str:
    from tenfold.render import documents

    rows = []
    for kind, facts in documents.kinds().items():
        commands = ", ".join(f"`{command}`" for command in facts["commands"])
        rows.append((f"[{kind}](schema/output/{kind}.json)", commands, facts["of"]))
    return _table(("kind", "printed by", "what it is"), rows)


def signals() -> str:
    """What `tenfold advise --signals` takes."""
    from tenfold.foresight.signals import data, valid

    known = data()["signals"].items()
    return _table(("signal", "value", "what it is"), ((f"`{name}`", valid(kind), what) for name, (kind, what) in known))


def advice() -> str:
    """The rules of `tenfold advise`, in their order."""
    from tenfold.foresight.signals import data

    def row(rule: dict[str, Any]) -> tuple[str, ...]:
        unless = f"; not where {' or '.join(rule['unless'])}" if "unless" in rule else ""
        when = "; ".join(rule["when"]) + unless
        source = ", ".join(rule["lesson"]) + (f"; ours: {rule['ours']}" if "ours" in rule else "")
        return (f"`{rule['id']}`", when, ", ".join(rule["first"]), ", ".join(rule.get("not", ())), source)

    return _table(("rule", "when", "first", "will not help", "source"), map(row, data()["rules"]))


TABLES: dict[str, Callable[..., str]] = {
    "signals": signals,
    "advice": advice,
    "commands": commands,
    "stages": stages,
    "capabilities": capabilities,
    "defaults": defaults,
    "move-on": move_on,
    "trade-offs": trade_offs,
    "application-must": application_must,
    "fields": fields,
    "exit-codes": exit_codes,
    "house-rule": house_rule,
    "arguments": component_arguments,
    "components": component_pages,
    "security-exceptions": security_exceptions,
    "documents": documents_,
}


def main() -> None:
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if (new := renew_tables(text)) != text:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
