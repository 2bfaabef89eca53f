"""What tests of components share."""

import asyncio
from collections.abc import Iterator

import pytest
import recording  # beside this file
from computed import COMPUTED


@pytest.fixture(autouse=True)
def event_loop_of_its_own() -> Iterator[None]:
    """One per test: pending work of a failed program must not run inside the next test."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs that are no text, too."""
    texts = recording._outputs
    monkeypatch.setattr(recording, "_outputs", lambda token, name: texts(token, name) | COMPUTED.get(token, {}))
