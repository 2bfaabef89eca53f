"""Signals and full disks: the engine is stopped once, alone, and what is said afterwards is true."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from test_backend import place, state, write  # beside this file

from tenfold import cli, exits, files
from tenfold.commands.parts import promotion
from tenfold.engine import interruption, resume
from tenfold.engine.disk import Disk
from tenfold.engine.driver import Driver
from tenfold.engine.process import Command
from tenfold.engine.progress import Progress
from tenfold.failure import Failure
from tenfold.local.provider import unfinished_creates

# A stand-in for the engine: it ends as that does, at once at the second signal.
ENGINE = """#!{python}
import signal, sys, time
heard = []
signal.signal(signal.SIGINT, lambda number, frame: (heard.append(1), print("signal", len(heard), flush=True)))
print("ready", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end and len(heard) < 2 and not (heard and "quick" in sys.argv):
    time.sleep(0.02)
sys.exit(255 if heard else 0)
"""
TENFOLD = """
import os, sys
from tenfold.engine.interruption import Interruption
from tenfold.engine.process import Command
lines = []
with Interruption() as interruption:
    try:
        Command(sys.argv[1], "3.274.1").run(sys.argv[2:], ".", {}, on_output=lambda line: print(line, flush=True))
    except Exception as error:
        print(type(error).__name__, "asked" if interruption.asked else "", flush=True)
"""

CALLER = """
import subprocess, sys
process = subprocess.Popen(sys.argv[1:])
print(process.pid, flush=True)
process.wait()
print("the caller goes on", flush=True)
"""


@pytest.fixture
def engine(tmp_path):
    file = tmp_path / "pulumi"
    file.write_text(ENGINE.format(python=sys.executable), encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_tenfold_alone_stops_the_engine_and_nobody_else(engine, number):
    """As a CI runner sends it, whose shell has to live to see the exit code."""
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, sys.executable, "-c", TENFOLD, str(engine), "quick"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert caller.stdout
    tenfold = int(caller.stdout.readline())
    assert caller.stdout.readline() == "ready\n"
    os.kill(tenfold, number)
    said, _ = caller.communicate(timeout=20)
    assert said.count("signal 1") == 1 and "signal 2" not in said and "CommandError asked" in said, said
    assert "Stopping" in said and said.endswith("the caller goes on\n"), said


def test_ctrl_c_reaches_the_engine_once(engine):
    """The terminal sends it to its whole process group."""
    process = subprocess.Popen(
        [sys.executable, "-c", TENFOLD, str(engine), "quick"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert said.count("signal 1") == 1 and "signal 2" not in said and "CommandError asked" in said, said


def test_the_second_signal_stops_the_engine_at_once(engine):
    process = subprocess.Popen(
        [sys.executable, "-c", TENFOLD, str(engine)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
    said, _ = process.communicate(timeout=10)
    assert "signal 2" in said and "asked" in said


def test_after_a_signal_the_engine_is_not_started_again(engine):
    with interruption.Interruption() as heard:
        heard._heard(signal.SIGTERM, None)
        with pytest.raises(interruption.Stopped):
            Command(str(engine), "3.274.1").run([], ".", {})
    with interruption.Interruption():
        interruption.proceed()


def at(name):
    """A signal that comes when the function of `resume` is called, as somebody's Ctrl-C would."""
    here = getattr(resume, name)

    def interrupted(*arguments):
        signal.raise_signal(signal.SIGTERM)
        return here(*arguments)

    return interrupted


@pytest.mark.parametrize("phase", ["remove_unfinished_creates", "forget_pending", "read_again"])
def test_a_signal_before_the_engine_begins_stops_the_run_there(monkeypatch, where, capsys, phase):
    with monkeypatch.context() as patched, pytest.raises(Failure) as stopped:
        patched.setattr(resume, phase, at(phase))
        run(monkeypatch, where, lambda *_: pytest.fail("it began"))
    assert (stopped.value.code, stopped.value.why) == (exits.INTERRUPTED, "The engine has changed nothing.")
    assert "Run the same command again." in stopped.value.remedies and "Stopping" in capsys.readouterr().err
    run(monkeypatch, where, lambda *_: None)


def test_a_signal_while_a_killed_run_is_cleaned_up_leaves_the_rest_to_the_next(monkeypatch, where):
    """After the removal under way; the one before has been written down."""
    entry = {"type": "aws:ec2/vpc:Vpc", "urn": "urn:1", "region": "us-east-1"}
    left, removed = [{**entry, "id": name} for name in "abc"], []

    def remove(*arguments):
        removed.append(arguments[1])
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(unfinished_creates.journal, "unknown", lambda *_: left)
    monkeypatch.setattr(unfinished_creates.packages, "handlers", lambda *_: SimpleNamespace(remove=remove))
    cloud = SimpleNamespace(identity="it", endpoint="")
    with pytest.raises(Failure, match="Stopped") as stopped:
        run(monkeypatch, replace(where, cloud=cloud), lambda *_: pytest.fail("it began"))
    assert removed == ["a"] and "the next run continues with that" in stopped.value.why


def test_a_signal_while_only_reading_ends_there(monkeypatch, where):
    """A refresh reads first; what it read is not written then."""
    with pytest.raises(Failure, match="Stopped"):
        run(monkeypatch, where, lambda *_: signal.raise_signal(signal.SIGHUP), changes=False)
    assert run(monkeypatch, where, lambda *_: signal.raise_signal(signal.SIGHUP)).code == exits.DONE


@pytest.mark.parametrize("number", interruption.SIGNALS)
def test_the_second_signal_before_the_engine_begins_stops_at_once(number):
    with pytest.raises(KeyboardInterrupt), interruption.Interruption():
        signal.raise_signal(number)
        signal.raise_signal(number)


@pytest.mark.parametrize("number", interruption.SIGNALS)
def test_a_signal_outside_a_run_ends_the_command_as_ctrl_c_does(number):
    code = """
import signal, tenfold.cli, time
tenfold.cli.tenfold.main = lambda **_: (print("ready", flush=True), time.sleep(20))
tenfold.cli.main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert "Interrupted." in process.communicate(timeout=20)[1] and process.returncode == exits.INTERRUPTED


@pytest.mark.parametrize("end", [interruption.unbegun(), KeyboardInterrupt()])
def test_a_run_that_is_stopped_before_it_begins_keeps_its_protections(monkeypatch, where, end):
    driver, lifted = Driver.__new__(Driver), []
    driver.where = where
    monkeypatch.setattr(Driver, "_protect", lambda self, urns, *, protect, inputs=(): lifted.append((urns, protect)))
    monkeypatch.setattr(Driver, "_differing", lambda self, urns, *, protect: {*urns})
    with pytest.raises(type(end)), driver.lift_protection(["urn:1"]):
        raise end
    assert lifted == [({"urn:1"}, False), ({"urn:1"}, True)]


def test_a_promotion_that_is_stopped_while_it_is_prepared_restores_the_blueprint(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text("stage: 2\n", encoding="utf-8")
    at: Any = SimpleNamespace(target=SimpleNamespace(file=file), content=file.read_bytes())
    with pytest.raises(Failure, match="Stopped"), promotion._written(at, b"stage: 3\n"), interruption.preparing():
        assert file.read_bytes() == b"stage: 3\n"
        signal.raise_signal(signal.SIGINT)
    assert file.read_bytes() == at.content


def test_what_an_engine_writes_for_its_owner(tmp_path):
    file = tmp_path / "pulumi"
    file.write_text("#!/bin/sh\necho $AWS_PROFILE > $PWD/secret\n", encoding="utf-8")
    file.chmod(0o755)
    os.environ["AWS_PROFILE"] = "work"
    try:
        Command(str(file), "3.274.1", umask=0o077, without=("AWS_PROFILE",)).run([], str(tmp_path), {})
    finally:
        del os.environ["AWS_PROFILE"]
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "\n"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_two_runs_at_once_of_a_stack_that_has_no_lock_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    where = place((tmp_path / "backend").as_uri())
    with resume.alone(where):
        with pytest.raises(Failure) as refused, resume.alone(where):
            pass
        assert refused.value.code == exits.REFUSED and f"process {os.getpid()}" in refused.value.what
    with resume.alone(where):
        pass


# -- full disks --------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(monkeypatch):
    """Every write from now on finds the disk full."""

    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr("os.fdopen", refuse)


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, full):
    file = tmp_path / "new" / "server.json"
    files.write(file, "old")
    assert file.read_text(encoding="utf-8") == "old" and file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    link = tmp_path / "link"
    link.symlink_to(file)
    full()
    for path in (file, link):
        with pytest.raises(OSError, match="No space left") as error:
            files.write(path, "new")
        assert error.value.filename == str(path)
    assert [one.name for one in file.parent.iterdir()] == ["server.json"] and file.read_text(encoding="utf-8") == "old"
    shown = cli._machine(error.value)
    assert shown and shown.what == f"There is no space left for {link}."


def test_a_new_file_is_private_whatever_the_umask(tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    (tmp_path / "state").mkdir(mode=0o755)
    before = os.umask(0)
    try:
        files.write(tmp_path / "state" / "local" / "passphrase", "x")
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "state", *sorted((tmp_path / "state").rglob("*")))]
    assert modes == [0o700, 0o700, 0o600] or modes[1:] == [0o700, 0o600]


def run(monkeypatch, where, operation, full=lambda: False, changes=True):
    """A run of the driver whose engine is `operation`; what it ended with."""
    monkeypatch.setattr(files, "room", lambda folder, size: not full())
    made = Driver.__new__(Driver)
    made.where, made._open = where, lambda: None
    return made._run(Progress(), operation, changes=changes)


@pytest.fixture
def where(tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "state").mkdir(parents=True)
    write(tmp_path, state())
    return place(tmp_path.as_uri())


def test_a_run_does_not_begin_on_a_full_disk(monkeypatch, where):
    with pytest.raises(Failure, match="no space left") as failed:
        run(monkeypatch, where, lambda *_: pytest.fail("it began"), full=lambda: True)
    assert failed.value.why == "Nothing was changed." and failed.value.code == exits.FAILED


def test_a_disk_that_fills_up_stops_the_engine(monkeypatch, where, engine):
    began = time.monotonic()
    monkeypatch.setattr(interruption, "PATIENCE", 0.5)

    def operation(stack, event):
        Command(str(engine), "3.274.1").run([], ".", {})

    with pytest.raises(Failure, match="no space left"):
        run(monkeypatch, where, operation, full=lambda: time.monotonic() > began + 0.5)
    assert time.monotonic() < began + 15


def test_an_engine_that_found_the_disk_full(monkeypatch, where):
    from pulumi.automation import CommandResult
    from pulumi.automation.errors import CommandError

    def operation(stack, event):
        raise CommandError(CommandResult("", "error: write /x: no space left on device", 255))

    with pytest.raises(Failure, match="no space left on the disk of"):
        run(monkeypatch, where, operation)


@pytest.mark.parametrize("left", [b"", state()[:100], b"null"])
def test_a_state_that_a_run_leaves_damaged_is_named(monkeypatch, where, left):
    def operation(stack, event):
        where.folder.file.write_bytes(left)

    with pytest.raises(Failure, match="The state of shop-prod is damaged"):
        run(monkeypatch, where, operation)


def test_room_is_asked_by_writing(tmp_path, full, where):
    assert files.room(tmp_path, 1 << 20) and not list(tmp_path.glob(".room*"))
    assert Disk(where).look() == ""


def test_an_engine_that_ends_while_it_is_looked_at_has_ended(monkeypatch):
    """Between the opening of /proc/PID/stat and its reading the process may go: Linux answers ESRCH then."""

    def gone(path, **options):
        raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))

    monkeypatch.setattr("pathlib.Path.read_text", gone)
    assert resume._alive(os.getpid()) is False
