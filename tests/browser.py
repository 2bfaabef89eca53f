"""A headless Chromium that tests talk to over its debugging pipe (Chrome DevTools Protocol), without a driver."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No update, no sync, no look-up of anything: the page has to do without a network.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
TO_BROWSER, FROM_BROWSER = 3, 4  # file descriptors of --remote-debugging-pipe
KEYS = {"Tab": 9, "ArrowRight": 39, "ArrowLeft": 37, "Enter": 13}


class Browser:
    """One tab. `send` raises RuntimeError for what the browser refuses."""

    def __init__(self, commands: int, answers: int):
        self._commands, self._answers, self._number, self._rest = commands, answers, 0, b""
        self._session = ""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.send("Page.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        answer = next(each for each in self._read() if each.get("id") == self._number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _read(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" not in self._rest:
                self._rest += os.read(self._answers, 65_536)
            message, _, self._rest = self._rest.partition(b"\0")
            yield json.loads(message)

    def open(self, address: str, width: int, scheme: str) -> None:
        """`width` in pixels; `scheme`: light or dark."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.send("Page.navigate", url=address)
        next(each for each in self._read() if each.get("method") == "Page.loadEventFired")

    def ask(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key: str) -> None:
        text = {"text": "\r"} if key == "Enter" else {}
        for event in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=event, key=key, code=key, windowsVirtualKeyCode=KEYS[key], **text)


@contextmanager
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    assert program, f"no browser: none of {', '.join(NAMES)} is on PATH; scripts/browser.sh installs Debian's"
    there, commands = os.pipe()
    answers, back = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:

        def take_pipes() -> None:
            os.dup2(there, TO_BROWSER + 100)
            os.dup2(back, FROM_BROWSER + 100)
            os.dup2(TO_BROWSER + 100, TO_BROWSER)
            os.dup2(FROM_BROWSER + 100, FROM_BROWSER)

        running = subprocess.Popen(
            [program, *QUIET, "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            preexec_fn=take_pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield Browser(commands, answers)
        finally:
            running.kill()
            running.wait()
            for end in (there, commands, answers, back):
                os.close(end)
