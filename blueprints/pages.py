"""Files generated from the grammar and the codes: the JSON Schemas, and one page of documentation for each code.

    python -m tenfold.blueprints.pages   writes docs/schema/, docs/codes/, blueprints/grammar/grammar.json

A test holds that the committed files are current.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold.blueprints.source.codes import catalogue

DOCS = Path(__file__).resolve().parent.parent / "docs"
FAMILIES = {
    "Y": "the file itself",
    "V": "a value",
    "S": "stages and capabilities",
    "R": "rules between fields",
    "E": "environments",
    "O": "overrides",
    "H": "house rules",
    "A": "signals of `tenfold advise`",
}


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a blueprint, for editors. `x-change` is the effect of a change."""
    from tenfold.blueprints.grammar.blueprint import Blueprint

    document = _tidy(Blueprint.model_json_schema())
    for section in (document, document["$defs"]["Environment"]):
        _describe(document, section, ())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document, "title": "tenfold blueprint"}


def _describe(document: dict[str, Any], section: dict[str, Any], path: tuple[str, ...]) -> None:
    """Adds to each field's description, which editors show on hover, its default and the effect of a change."""
    from tenfold.blueprints.grammar.lookup import CHANGES

    for name, field in section["properties"].items():
        at = (*path, name)
        inner = document["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"))
        if inner:
            _describe(document, inner, at)
        elif "Changing it" not in field["description"]:
            effect = CHANGES[field["x-change"]].split(":")[0]
            field["description"] = f"{field['description']}{_default_of('.'.join(at))} Changing it: {effect}."


def _default_of(path: str) -> str:
    from tenfold.blueprints.sizes.sizing import RULES
    from tenfold.blueprints.stages.presets import presets

    if path in RULES:
        return " Default: by a sizing rule (`tenfold explain` shows it)."
    defaults = [(n, preset.defaults[path].value) for n, preset in presets().items() if path in preset.defaults]
    if not defaults:
        return ""
    words = [str(value).lower() if isinstance(value, bool) else str(value) for _, value in defaults]
    later = "".join(f"; from stage {n} {word}" for (n, _), word in zip(defaults[1:], words[1:], strict=True))
    return f" Default: {words[0]}{later}."


def _tidy(node: Any) -> Any:
    """Without pydantic's titles and nulls: a field without a value is left out, and hovers stay short."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _tidy(inner) for name, inner in value.items()} if key in ("properties", "$defs") else _tidy(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
    choices = [choice for choice in kept.get("anyOf", []) if choice != {"type": "null"}]
    if "anyOf" in kept and len(choices) < len(kept["anyOf"]):
        kept.pop("anyOf")
        kept = {**(choices[0] if len(choices) == 1 else {"anyOf": choices}), **kept}
    return kept


def rules_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of house rules, for editors."""
    from tenfold.blueprints.grammar.house import Rules

    document = _tidy(Rules.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document, "title": "tenfold house rules"}


def schema_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def code_page(code: str) -> str:
    """The page of one code, as Markdown. Raises KeyError for an unknown code."""
    entry = catalogue()[code]
    kind = "yaml" if "tenfold " not in entry["wrong"] and "iconv" not in entry["wrong"] else "sh"
    severity = entry.get("severity", "error")
    return (
        f"# {code}: {entry['title']}\n\n"
        f"*{severity}, {FAMILIES[code[3]]}*\n\n{entry['why'].strip()}\n\n{_rules(entry)}"
        f"Wrong:\n\n```{kind}\n{_visible(entry['wrong'])}\n```\n\nRight:\n\n```{kind}\n{_visible(entry['right'])}\n```\n"
    )


def _rules(entry: Mapping[str, str]) -> str:
    return f"With these house rules:\n\n```yaml\n{_visible(entry['rules'])}\n```\n\n" if "rules" in entry else ""


def _visible(text: str) -> str:
    return text.rstrip("\n").replace("\t", "→\t")


def index_page() -> str:
    """All codes on one page, by family."""
    lines = ["# Codes", "", "Every problem of a blueprint has a code; `tenfold explain CODE` prints its page.", ""]
    for letter, family in FAMILIES.items():
        lines += [f"## TF-{letter}: {family}", "", "| code | | |", "|---|---|---|"]
        for code, entry in catalogue().items():
            if code[3] == letter:
                lines.append(f"| [{code}]({code}.md) | {entry['title']} | {entry.get('severity', 'error')} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def pages() -> dict[Path, str]:
    """Every generated file with its content."""
    from tenfold.blueprints.grammar import lookup
    from tenfold.blueprints.grammar import table as grammar_table
    from tenfold.blueprints.stages import editions

    files = {lookup.TABLE: grammar_table.text()}
    files |= {DOCS / "schema" / "blueprint.json": schema_text(schema()), DOCS / "codes" / "README.md": index_page()}
    if not editions.edition(editions.newest()).released:
        files[editions.record_file(editions.newest())] = editions.record(editions.newest())
    files[DOCS / "schema" / "rules.json"] = schema_text(rules_schema())
    return files | {DOCS / "codes" / f"{code}.md": code_page(code) for code in catalogue()}


def main() -> None:
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
