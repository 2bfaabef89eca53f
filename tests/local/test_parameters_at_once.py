"""Parameters are read while others are written, as an `up` does."""

import sys
import threading
from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.ssm.models import ssm_backends

from tenfold.local.moto import patches  # noqa: F401, patches moto by being imported


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns a thousand times as often."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


def test_reading_while_others_write(impatient: None) -> None:
    with mock_aws():
        store = ssm_backends["123456789012"]["us-east-1"]

        def write() -> None:
            for number in range(400):
                store.put_parameter(f"/k{number}", "", "v", "String", "", "", False, [], "text", None, None)

        writing = threading.Thread(target=write)
        writing.start()
        wanted = [{"Key": "Name", "Option": "Equals", "Values": ["/k1"]}]
        while writing.is_alive():
            store.describe_parameters([], wanted)
        assert len(store.describe_parameters([], wanted)) == 1
