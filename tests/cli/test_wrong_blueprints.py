"""A blueprint with problems, in every command that takes one: text on stderr, or with --json a document on stdout."""

import json
import os
import pty
import sys
from pathlib import Path

import pytest
from command_leaves import leaves

from tenfold import cli, exits

ROOT = Path(__file__).parents[2]
BAD = (
    "name: shop\nstage: 3\ndatabse: {}\nload: {users: lots}\n"
    "app: {image: nginx, stateless: true}\nenvironments: {dev: {}}\n"
)
BLUEPRINT = "<blueprint>"
# Every command that takes a blueprint, with the arguments that it needs besides; where it is not the first, its place.
COMMANDS = {
    "cost": [],
    "simulate": [],
    "advise": [],
    "shards plan": ["--add", "1"],
    "queues list": [],
    "queues redrive": ["orders"],
    "events list": [],
    "events replay": ["order-placed", "--from", "2026-11-01T00:00Z", "--to", "2026-11-02T00:00Z"],
    "local load": ["search", "500m"],
    "validate": [],
    "explain": [],
    "plan": [],
    "export operator": [],
    "upgrade": [],
    "diff": [],
    "preview": [],
    "up": [],
    "promote": [],
    "destroy": [],
    "refresh": [],
    "drift": [],
    "outputs": [],
    "failback": [],
    "failover run": [],
    "failover status": [],
    "status": [],
    "state check": [],
    "state restore": [],
    "state settle": [],
    "diagram": [],
    "report": ["--html", "report.html"],
    "loadtest write": ["--tool", "k6", "--target", "http://127.0.0.1"],
    "loadtest read": ["results.csv", BLUEPRINT],
}


def _takes_json(name: str) -> bool:
    command = dict(leaves(cli.tenfold))[name]
    return any(parameter.name == "as_json" for parameter in command.params)


def _arguments(name: str, blueprint: str) -> list[str]:
    others = COMMANDS[name]
    given = [blueprint if other == BLUEPRINT else other for other in others]
    return [*name.split(), *([] if BLUEPRINT in others else [blueprint]), *given]


def _run(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["tenfold", *arguments])
    return cli.run()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))


@pytest.fixture
def bad(tmp_path: Path) -> str:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD, encoding="utf-8")
    return str(file)


def test_every_command_that_takes_a_blueprint_is_looked_at() -> None:
    takers = {
        name
        for name, command in leaves(cli.tenfold)
        if any(parameter.name in ("file", "files") and parameter.required for parameter in command.params)
    }
    assert takers == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_problems_are_text_on_stderr(name: str, bad: str, monkeypatch, capsys) -> None:
    assert _run(monkeypatch, *_arguments(name, bad)) == exits.WRONG_INPUT
    shown = capsys.readouterr()
    page, other = (shown.out, shown.err) if name == "validate" else (shown.err, shown.out)  # its answer, not a failure
    assert "bad.yaml:3:1" in page and "bad.yaml:4:15" in page
    assert other == ""
    assert "\x1b" not in page


@pytest.mark.parametrize("name", [name for name in COMMANDS if _takes_json(name)])
def test_with_json_problems_are_one_document_on_stdout(name: str, bad: str, monkeypatch, capsys) -> None:
    assert _run(monkeypatch, *_arguments(name, bad), "--json") == exits.WRONG_INPUT
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert document["version"] == 1
    assert [(one["line"], one["column"]) for one in document["problems"]] == [(3, 1), (4, 15)]
    assert shown.err == ""


def test_an_override_that_hits_nothing_is_a_document_too(tmp_path, monkeypatch, capsys) -> None:
    file = tmp_path / "shop.yaml"
    text = (ROOT / "blueprints" / "shop.yaml").read_text(encoding="utf-8")
    file.write_text(f"{text}\noverrides: {{shop-nobody: {{x: 1}}}}\n", encoding="utf-8")
    assert _run(monkeypatch, "plan", str(file), "--json") == exits.WRONG_INPUT
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert problem["path"] == "overrides.shop-nobody"


@pytest.mark.parametrize(
    "other",
    ["database: {instance: db.t4g.enormous}", "budget: lots", "region: us-east-9", "balancer: {sticky: 9d, idle: 9h}"],
)
def test_overrides_are_checked_beside_every_other_error(other: str, tmp_path, monkeypatch, capsys) -> None:
    file = tmp_path / "shop.yaml"
    wrong = "{shop-cdn-distribution: {comnent: x}, shop-balancer-lb: {idle_timeout: 9999}, shop-nobody: {x: 1}}"
    app = 'app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}'
    file.write_text(f"name: shop\nstage: 4\n{app}\n{other}\noverrides: {wrong}\n", encoding="utf-8")
    assert _run(monkeypatch, "validate", str(file), "--json") == exits.WRONG_INPUT
    problems = {problem["code"]: problem["line"] for problem in json.loads(capsys.readouterr().out)["problems"]}
    assert problems.items() >= {("TF-O002", 5), ("TF-O003", 5)} and 4 in problems.values()


@pytest.mark.parametrize("no_color", ["1", ""])
@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "{bad}"),
        ("plan", "{bad}"),
        ("up", "{bad}", "--env", "dev"),
        ("explain", "{bad}"),
        ("plan", "{bad}.lost"),
        ("promote", "{bad}", "--down"),
    ],
)
def test_colours_on_a_terminal_unless_no_color_is_set(arguments, no_color: str, bad: str, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    reader, terminal = pty.openpty()
    with os.fdopen(terminal, "w", encoding="utf-8") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        monkeypatch.setattr(sys, "stderr", screen)
        assert _run(monkeypatch, *(word.format(bad=bad) for word in arguments)) == exits.WRONG_INPUT
        screen.flush()
        shown = os.read(reader, 1 << 16).decode()
    os.close(reader)
    assert ("\x1b[" in shown) == (not no_color), shown
