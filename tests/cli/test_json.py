"""What a command finds out, a program can read."""

import json
import re
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner
from command_leaves import leaves

from tenfold import cli, exits
from tenfold.render import documents
from tests import json_documents

ROOT = Path(__file__).parents[2]

# These do something, or write a file or a text that is their result.
ACTS = {
    "ci", "completion", "diagram", "engine install", "export operator", "kubectl", "loadtest write", "local env",
    "local load", "local lose", "local reset", "local restore", "local start", "local stop", "lsp", "policy",
    "prices refresh", "report", "schema", "state restore", "state settle",
}  # fmt: skip


def test_every_command_that_finds_something_out_speaks_json() -> None:
    silent = {name for name, leaf in leaves(cli.tenfold) if not any("--json" in each.opts for each in leaf.params)}
    assert silent == ACTS


def test_an_option_reads_the_same_in_every_command() -> None:
    words = {"--env": set(), "--stage": set(), "--json": set()}
    for _, leaf in leaves(cli.tenfold):
        for option in (each for each in leaf.params if isinstance(each, click.Option)):
            for name in words.keys() & set(option.opts):
                words[name].add((option.help or "").partition(" ")[0] if name == "--json" else option.metavar)
    assert words == {"--env": {"NAME"}, "--stage": {"STAGE"}, "--json": {"For"}}
    assert not [leaf for _, leaf in leaves(cli.tenfold) if "For machines" in leaf.get_help(click.Context(leaf))]


@pytest.mark.parametrize(
    "command", [["doctor"], ["engine", "status"], ["prices", "status"], ["explain", "tf-r041"], ["local", "status"]]
)
def test_facts_about_this_machine_and_about_codes_are_documents(command: list[str]) -> None:
    """That they keep to their schemas, tests/json_documents.py asks of every document in every test."""
    answer = CliRunner().invoke(cli.tenfold, [*command, "--json"])
    assert answer.exit_code == exits.DONE, answer.output
    assert json.loads(answer.stdout)["version"] == 1


def test_every_kind_says_which_commands_print_it() -> None:
    speak = {name for name, leaf in leaves(cli.tenfold) if any("--json" in each.opts for each in leaf.params)}
    assert {command for kind in documents.kinds().values() for command in kind["commands"]} == speak
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tenfold").rglob("*.py"))
    assert set(re.findall(r'documents\.show\(\s*"([\w-]+)"', sources)) == set(documents.kinds())
    assert "json.dumps({" not in "".join(file.read_text() for file in (ROOT / "tenfold" / "commands").rglob("*.py"))


def test_the_schemas_in_docs_are_current_and_valid() -> None:
    for file, text in documents.pages().items():
        assert file.read_text(encoding="utf-8") == text, "make docs"
        jsonschema.Draft202012Validator.check_schema(json.loads(text))
    answer = CliRunner().invoke(cli.tenfold, ["schema", "plan"])
    assert json.loads(answer.stdout) == documents.schema("plan")


def test_a_document_that_its_schema_does_not_describe_is_found() -> None:
    fine = {"version": 1, "fine": True, "findings": []}
    json_documents.check("doctor", fine)
    for wrong in ({**fine, "more": 1}, {"version": 1, "fine": True}, {**fine, "fine": "yes"}, {**fine, "version": 2}):
        with pytest.raises(AssertionError, match="doctor"):
            json_documents.check("doctor", wrong)
