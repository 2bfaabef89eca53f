"""What a shell offers when somebody presses Tab: asked as the shells ask."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold.cli import tenfold
from tenfold.completion import VARIABLE

CHECKOUT = Path(__file__).resolve().parents[2]
SHOP = "blueprints/shop.yaml"


def offered(*words: str) -> list[str]:
    """What is offered for the last word, which may be empty."""
    line = {"COMP_WORDS": " ".join(("tenfold", *words)), "COMP_CWORD": str(len(words)), VARIABLE: "bash_complete"}
    code = "import sys; sys.argv = ['tenfold']; from tenfold.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, **line},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line.startswith("plain,")]


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (("dri",), ["drift"]),
        (("diff", SHOP, "--env", ""), ["dev", "staging", "prod"]),
        (("up", SHOP, "--env", "p"), ["prod"]),
        (("plan", SHOP, "--stage", ""), ["1", "2", "3", "4", "5", "6"]),
        (("explain", "TF-Y01"), ["TF-Y010", "TF-Y011"]),
        (("explain", SHOP, "dat"), ["database"]),
        (("explain", SHOP, "database.inst"), ["database.instance"]),
        (("local", "st"), ["start", "stop", "status"]),
    ],
)
def test_what_can_be_typed_next_is_offered(words, some):
    assert set(some) <= set(offered(*words))


@pytest.mark.parametrize("content", [None, "stage: [", "name: shop\nstage: nine\n"])
def test_of_a_file_that_cannot_be_read_nothing_is_offered(tmp_path, content):
    file = tmp_path / "shop.yaml"
    if content:
        file.write_text(content)
    assert offered("up", str(file), "--env", "") == [] == offered("explain", str(file), "dat")


def script(shell: str) -> str:
    done = CliRunner().invoke(tenfold, ["completion", shell])
    assert done.exit_code == 0
    return done.output


def test_bash_itself_completes_with_it():
    words = f'COMP_WORDS=(tenfold diff {SHOP} --env ""); COMP_CWORD=4'
    typed = f'{words}; _tenfold_completion tenfold; echo "${{COMPREPLY[@]}}"'
    path = f"{CHECKOUT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"{script('bash')}\n{typed}"],
        cwd=CHECKOUT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["dev", "staging", "prod"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_reads_its_script(shell):
    text = script(shell)
    assert VARIABLE in text and "tenfold" in text
    if shutil.which(shell):  # zsh and fish where the machine has them
        subprocess.run([shell, "-n"], input=text, text=True, check=True)
