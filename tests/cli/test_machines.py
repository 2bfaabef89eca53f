"""The same on every machine: locales, closed streams, readers that leave, odd files and homes."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenfold import exits

ROOT = Path(__file__).parents[2]
SHOP = "blueprints/shop.yaml"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = {"PYTHONIOENCODING": "iso-8859-1"}


def tenfold(shell: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`shell` is a line of bash in which $T is tenfold."""
    variables = {**os.environ, "NO_COLOR": "1", "T": f"{sys.executable} -m tenfold", **environment}
    return subprocess.run(["bash", "-c", shell], env=variables, cwd=ROOT, capture_output=True, timeout=60)


@pytest.mark.parametrize("locale", [ASCII, LATIN], ids=["ascii", "latin-1"])
def test_a_plan_is_the_same_in_every_locale(locale: dict[str, str]):
    command = f"$T plan {SHOP} --stage 1 --json"
    assert tenfold(command, **locale).stdout == tenfold(command).stdout


def test_a_character_that_cannot_be_printed_is_replaced():
    done, usual = (tenfold(f"$T plan {SHOP}", **variables) for variables in (LATIN, {}))
    assert (done.returncode, done.stderr) == (exits.DONE, b"")
    lines = usual.stdout.decode().splitlines()
    assert [len(line) for line in done.stdout.decode("latin-1").splitlines()] == [len(line) for line in lines]


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), ("<&-", 0), (">&- 2>&- <&-", 0)])
def test_a_closed_stream_is_no_error(closed: str, code: int):
    done = tenfold(f"$T validate {SHOP} {closed}")
    assert (done.returncode, done.stderr) == (code, b"")


def test_a_problem_is_counted_with_every_stream_closed():
    assert tenfold("$T validate no-such-file.yaml >&- 2>&-").returncode == exits.WRONG_INPUT


@pytest.mark.parametrize("command", [f"plan {SHOP} --json", f"explain {SHOP}", "doctor", "--help"])
def test_a_reader_that_leaves_stops_nothing(command: str):
    done = tenfold(f"$T {command} | true; exit ${{PIPESTATUS[0]}}")
    assert done.returncode in (exits.DONE, exits.FAILED if command == "doctor" else exits.DONE)
    assert done.stderr == b""


def test_a_named_pipe_without_a_writer_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.yaml")
    done = tenfold(f"$T validate {tmp_path}/pipe.yaml")
    assert done.returncode == exits.WRONG_INPUT and b"pipe.yaml" in done.stdout


def test_a_pipe_that_is_written_to_is_read():
    assert tenfold(f"$T validate <(sleep 0.3; cat {SHOP})").returncode == exits.DONE
    wrong = tenfold(f"$T validate <(sed s/name:/nam:/ {SHOP})")
    assert wrong.returncode == exits.WRONG_INPUT and b"TF-" in wrong.stdout


@pytest.mark.parametrize("home", ["file", "file/below", "/proc/nowhere"])
def test_a_home_that_cannot_be_written_is_named(tmp_path: Path, home: str):
    (tmp_path / "file").touch()
    done = tenfold(f"$T up {SHOP} --env dev --local", TENFOLD_HOME=str(tmp_path / home), TENFOLD_DATA=str(tmp_path))
    said = done.stderr.decode()
    assert done.returncode == exits.FAILED and "tenfold cannot keep its files in" in said
    assert "Traceback" not in said and "defect" not in said and "TENFOLD_HOME=" in said


# Ctrl-C at the moment that a module begins to be imported, by the console script's way in.
WHILE_IMPORTING = """
import os, signal, sys

class Key:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Key())
sys.argv = ["tenfold", "plan", {shop!r}]
from tenfold.__main__ import main
main()
"""


@pytest.mark.parametrize("module", ["tenfold.cli", "click", "tenfold.commands.plan", "yaml"])
def test_ctrl_c_while_modules_are_imported_is_an_interruption(module: str):
    code = WHILE_IMPORTING.format(module=module, shop=SHOP)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == exits.INTERRUPTED
    assert "Traceback" not in done.stderr and not done.stdout


def test_what_is_imported_before_ctrl_c_is_heard_is_there_already():
    """Python itself imports `os` when it starts; what else came before would end in a traceback."""
    tree = ast.parse((ROOT / "tenfold" / "__main__.py").read_bytes())
    assert [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)] == ["import os"]


LEAVING = """
import atexit, signal
from concurrent.futures import ThreadPoolExecutor
from tenfold import exits

class Memory:
    def __del__(self):
        print("taken apart")

exits.prepare()
pool, memory = ThreadPoolExecutor(1), Memory()
pool.submit(print, "thread").result()
atexit.register(print, "registered")
atexit.register(signal.raise_signal, signal.SIGINT) if {ctrl_c} else None
exits.leave(exits.REFUSED)
"""


@pytest.mark.parametrize(("ctrl_c", "printed"), [(False, "thread\nregistered\n"), (True, "thread\n")])
def test_a_command_ends_with_its_threads_and_without_taking_its_memory_apart(ctrl_c: bool, printed: str):
    """An idle pool does not hold it up, what is registered for the end is done; Ctrl-C by then ends it at once."""
    code = [sys.executable, "-u", "-c", LEAVING.format(ctrl_c=ctrl_c)]
    done = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (exits.REFUSED, printed, "")


def without_encoding(file: Path) -> Iterator[str]:
    """Calls that read or write text in the locale's encoding. `open` and `fdopen` are given their mode by position."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        opens = name in ("open", "os.fdopen", "NamedTemporaryFile") and not any(
            "b'" in ast.unparse(a) for a in node.args
        )
        texts = name.endswith((".read_text", ".write_text"))
        texts |= name.startswith("subprocess.") and any(k.arg == "text" for k in node.keywords)
        if (opens or texts) and not any(keyword.arg == "encoding" for keyword in node.keywords):
            yield f"{file.relative_to(ROOT)}:{node.lineno}"


def test_every_text_is_read_and_written_as_utf_8():
    """Without it a plan depends on the locale: user data that differs replaces a server."""
    folders = ("blueprints", "components", "stacks", "tenfold", "scripts")
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    assert [place for file in files for place in without_encoding(file)] == []
