"""The command line itself: help, exit codes, errors without tracebacks."""

import importlib
import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from tenfold import cli, exits, home
from tenfold.failure import Failure


def run(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", **variables}
    return subprocess.run([sys.executable, "-m", "tenfold", *args], env=environment, capture_output=True, text=True)


def test_help_names_every_command_the_exit_codes_and_examples():
    said = run("--help").stdout
    assert all(name in said for name in cli.COMMANDS)
    assert all(f"{code}  {meaning}" in said for code, meaning in exits.MEANING.items())
    assert "Examples:" in said


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_and_an_example(name):
    command = importlib.import_module(f"tenfold.commands.{name}").command
    leaves = command.commands.values() if isinstance(command, click.Group) else [command]
    assert all(leaf.help or leaf.short_help for leaf in leaves)
    told = [f"{leaf.help or ''}{leaf.epilog or ''}" for leaf in leaves]
    assert any("Example" in text for text in told), f"tenfold {name} --help shows no example"


def test_a_misspelt_command_gets_the_nearest():
    done = run("valdate")
    assert done.returncode == exits.WRONG_INPUT and "Did you mean `tenfold validate`?" in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("up", "blueprints/shop.yaml", "--env", "dev", "--local-fault", "error@1"),
        ("up", "blueprints/shop.yaml", "--env", "dev", "--local", "--local-fault", "meteor@1"),
        ("up", "blueprints/shop.yaml", "--local"),
        ("up", "no-such-file.yaml", "--env", "dev", "--local"),
        ("plan", "blueprints/shop.yaml", "--stage", "9"),
        ("validate",),
    ],
)
def test_wrong_input_ends_with_2_and_a_sentence(args, tmp_path):
    done = run(*args, TENFOLD_HOME=str(tmp_path))
    assert done.returncode == exits.WRONG_INPUT, done.stdout + done.stderr
    assert (done.stdout + done.stderr).strip() and "Traceback" not in done.stderr


def test_a_real_account_is_not_touched_without_a_yes(tmp_path):
    own = {"TENFOLD_HOME": str(tmp_path), "TENFOLD_DATA": str(home.data())}  # with the engine that is there
    done = run("up", "blueprints/shop.yaml", "--env", "prod", PULUMI_CONFIG_PASSPHRASE="x", **own)
    assert done.returncode == exits.REFUSED and "add --yes" in done.stderr


def test_a_failure_is_told_with_reason_and_remedy(capsys):
    cli.show(Failure("It did not work.", why="the reason", remedies=("this", "or that"), code=exits.REFUSED))
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("refused: It did not work.") or "It did not work." in said[0]
    assert "because   the reason" in said[1] and "instead   this" in said[2] and said[3].endswith("or that")


def test_a_defect_is_a_sentence_and_a_file(tmp_path):
    code = (
        "import tenfold.commands.doctor as d\n"
        "def broken(): raise KeyError('oops')\n"
        "d._findings = broken\n"
        "import sys; sys.argv = ['tenfold', 'doctor']\n"
        "from tenfold.cli import main; main()\n"
    )
    environment = {**os.environ, "TENFOLD_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == exits.FAILED and "Traceback" not in done.stderr
    assert "tenfold has a defect: KeyError" in done.stderr
    assert "last completed step" not in done.stderr, "nobody has looked at the state"
    (kept,) = (tmp_path / "state" / "defects").iterdir()
    assert "Traceback" in kept.read_text()


def test_a_closed_pipe_is_no_error():
    reader = subprocess.Popen(
        f"{sys.executable} -m tenfold --help | head -1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said, complained = reader.communicate()
    assert said.splitlines()[-1] == "0" and "Traceback" not in complained


@pytest.mark.parametrize("command", ["plan blueprints/shop.yaml", "schema", "plan --help", "--help"])
def test_a_full_disk_is_said(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tenfold", *command.split()], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == exits.FAILED
    assert done.stderr.splitlines()[0] == "error: There is no space left." and "Traceback" not in done.stderr


SHOP = "blueprints/shop.yaml"
READ = [["schema"], ["diff", SHOP, "--from-stage", "1", "--to-stage", "2", "--json"]]
READ += [["shards", "plan", "tests/data/shards.yaml", "--add", "1", "--json"]]
READ += [[command, SHOP, "--json"] for command in ("validate", "explain", "plan", "cost")]
READ += [["simulate", "blueprints/chat.yaml", "--env", "prod", "--json"]]
READ += [["diagram", SHOP], ["report", SHOP, "--html", os.devnull]]
READ += [["loadtest", SHOP, "--tool", "k6", "--target", "http://127.0.0.1", "--out", os.devnull, "--yes"]]


@pytest.mark.parametrize("arguments", READ, ids=lambda arguments: arguments[0])
def test_an_offline_command_ends_with_all_of_its_output_written(arguments):
    """It ends without Python's own tidying up."""
    done = subprocess.run([sys.executable, "-m", "tenfold", *arguments], capture_output=True, text=True)
    assert done.returncode == exits.DONE, done.stderr
    assert CliRunner().invoke(cli.tenfold, arguments).output == done.stdout


def test_threads_end_and_what_is_registered_for_the_end_is_done_first():
    code = """
import atexit, os, threading, time
from tenfold.exits import leave
atexit.register(os.write, 1, b"end")
threading.Thread(target=lambda: (time.sleep(0.1), os.write(1, b"thread "))).start()
leave(3)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "thread end", "")


def test_ctrl_c_while_a_thread_ends_leaves_at_once_without_a_traceback():
    code = """
import os, signal, threading, time
from tenfold.exits import leave
threading.Thread(target=time.sleep, args=(60,)).start()
threading.Thread(target=lambda: (time.sleep(0.2), os.kill(os.getpid(), signal.SIGINT))).start()
leave(3)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (3, "")
