"""Progress of an operation, by component: a live table on a terminal, one line a component elsewhere."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tenfold import streams
from tenfold.engine.progress import Part, Progress

WIDTH = 16  # of names, where none is longer
QUIET = 30.0  # seconds without news, after which a plain log says that the run continues


def fancy() -> bool:
    """Whether the output is a terminal that takes colours and redrawing."""
    return streams.takes_color(sys.stdout) and os.environ.get("TERM") != "dumb"


@contextmanager
def show_progress(progress: Progress, *, prefix: str, verbose: bool, quiet: bool) -> Iterator[None]:
    """Shows `progress` while the block runs. `prefix` (the blueprint's name and a dash) is cut off names."""
    if quiet:
        yield
        return
    view = _Table(progress, prefix) if fancy() and not verbose else _Log(progress, prefix, verbose)
    stop = threading.Event()
    thread = threading.Thread(target=view.follow, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _width(progress: Progress, prefix: str) -> int:
    """Width of the column of names: of all planned components, so that it does not change while they appear."""
    return max([WIDTH, *(len(name.removeprefix(prefix)) for name in {*progress.planned.values(), *progress.parts})])


def _seconds(part: Part) -> str:
    return f"{part.seconds:.1f} s"


class _Log:
    """Plain lines: a component when it is complete, or every resource with `verbose`."""

    def __init__(self, progress: Progress, prefix: str, verbose: bool):
        self._progress, self._prefix, self._verbose = progress, prefix, verbose
        self._printed: set[str] = set()
        self._steps = 0
        self._last = time.monotonic()

    def follow(self, stop: threading.Event) -> None:
        while not stop.wait(0.2):
            self._tell(last=False)
        self._tell(last=True)

    def _tell(self, *, last: bool) -> None:
        with self._progress.lock:
            steps = [] if not self._verbose else self._progress.steps[self._steps :]
            self._steps += len(steps)
            parts = [part for part in self._progress.parts.values() if part.name not in self._printed]
            settled = [part for part in parts if last or part.complete]
            width = _width(self._progress, self._prefix)
        for step in steps:
            if step["op"] != "same":
                self._print(f"    {step['op']:<8} {step['type'].rsplit(':', 1)[-1]:<28} {step['name']}")
        for part in settled if last else [part for part in settled if part.changed]:
            self._printed.add(part.name)
            mark = "✓" if part.complete else "✗"
            count = f"{len(part.known)}" if part.complete else f"{len(part.done)}/{len(part.known)}"
            self._print(f"  {mark} {part.name.removeprefix(self._prefix):<{width}} {count:>5}   {_seconds(part):>7}")
        if time.monotonic() - self._last > QUIET:
            busy = ", ".join(part.name.removeprefix(self._prefix) for part in parts if not part.complete)
            self._print(f"  … still at work on {busy or 'the engine'}")

    def _print(self, line: str) -> None:
        print(line, flush=True)
        self._last = time.monotonic()


class _Table:
    """A rich table redrawn in place."""

    def __init__(self, progress: Progress, prefix: str):
        self._progress, self._prefix = progress, prefix

    def follow(self, stop: threading.Event) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        spinner = Spinner("dots", style="cyan")
        with Live(console=Console(highlight=False), refresh_per_second=10, transient=False) as live:
            while not stop.wait(0.1):
                live.update(self._draw(spinner))
            live.update(self._draw(None))

    def _draw(self, spinner):
        from rich.table import Table

        table = Table.grid(padding=(0, 1))
        for justify in ("left", "left", "right", "right"):
            table.add_column(justify=justify)
        with self._progress.lock:
            parts = [(p, len(p.done), len(p.known), p.complete) for p in self._progress.parts.values()]
            width = _width(self._progress, self._prefix)
        if not parts and spinner:
            table.add_row(spinner, "starting the engine", "", "")
        for part, done, known, complete in parts:
            mark = "[green]✓[/]" if complete else spinner or "[red]✗[/]"
            count = str(known) if complete else f"{done}/{known}"
            name = part.name.removeprefix(self._prefix)
            table.add_row(mark, f"{name:<{width}}", f"{count:>6}", f"[dim]{_seconds(part)}[/]" if complete else "")
        return table
