"""In a terminal, lines end between words, whatever its width; in a pipe they are as long as they are."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

SHOP = ("blueprints/shop.yaml", "--env", "prod", "--stage", "5")
COMMANDS = {
    "plan": ("plan", *SHOP),
    "cost": ("cost", *SHOP),
    "cost of all stages": ("cost", *SHOP[:3], "--all"),
    "advise": ("advise", *SHOP),
    "diff": ("diff", *SHOP[:3], "--from-stage", "4", "--to-stage", "5"),
    "explain": ("explain", *SHOP),
    "simulate": ("simulate", *SHOP),
}


def in_terminal(columns: int, *arguments: str) -> list[str]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
    command = [sys.executable, "-m", "tenfold", *arguments]
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env={**environment, "NO_COLOR": "1"})
    os.close(theirs)
    read = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # the end, on Linux
            break
        if not part:
            break
        read += part
    os.close(ours)
    assert process.wait() == 0
    return read.decode().replace("\r\n", "\n").split("\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_broken_by_a_narrow_terminal(command: str) -> None:
    lines = in_terminal(60, *COMMANDS[command])
    too_long = [line for line in lines if len(line) > 60 and "tenfold " not in line]  # commands are copied whole
    assert too_long == [] and max(map(len, lines)) > 40


def test_a_wide_terminal_is_used() -> None:
    assert 120 < max(map(len, in_terminal(200, *COMMANDS["plan"]))) <= 200


def test_a_pipe_has_whole_lines() -> None:
    command = [sys.executable, "-m", "tenfold", *COMMANDS["explain"]]
    piped = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert "…" not in piped and max(map(len, piped.split("\n"))) > 100


@pytest.mark.parametrize(
    ("name", "value", "colored"), [("FORCE_COLOR", "1", True), ("TERM", "dumb", False), ("NO_COLOR", "1", False)]
)
def test_colours_follow_the_known_variables(name: str, value: str, colored: bool) -> None:
    environment = {key: text for key, text in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    command = [sys.executable, "-m", "tenfold", "plan", *SHOP]
    piped = subprocess.run(command, capture_output=True, env={**environment, name: value}, check=True).stdout
    assert (b"\x1b[" in piped) is colored
