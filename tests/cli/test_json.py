"""What a command finds out, a program can read."""

import json

import pytest
from click.testing import CliRunner
from command_leaves import leaves

from tenfold import cli, exits

# These do something, or write a file or a text that is their result.
ACTS = {
    "ci", "completion", "diagram", "engine install", "kubectl", "loadtest write", "local env", "local load",
    "local lose", "local reset", "local restore", "local start", "local stop", "lsp", "policy", "prices refresh",
    "report", "schema", "state restore", "state settle",
}  # fmt: skip


def test_every_command_that_finds_something_out_speaks_json() -> None:
    silent = {name for name, leaf in leaves(cli.tenfold) if not any("--json" in each.opts for each in leaf.params)}
    assert silent == ACTS


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (["doctor"], {"version", "fine", "findings"}),
        (["engine", "status"], {"version", "engine", "kubernetes", "yaml"}),
        (["prices", "status"], {"version", "tenfold", "aws"}),
        (["explain", "tf-r041"], {"version", "code", "severity", "title", "why", "wrong", "right"}),
    ],
)
def test_facts_about_this_machine_and_about_codes_are_documents(command: list[str], keys: set[str]) -> None:
    answer = CliRunner().invoke(cli.tenfold, [*command, "--json"])
    assert answer.exit_code == exits.DONE
    assert json.loads(answer.stdout).keys() == keys
