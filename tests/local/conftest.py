"""moto as the local cloud runs it: its settings are read when it is imported, its gaps are closed before it is used."""

# isort: off
from tenfold.local import serve  # noqa: F401  moto's settings
from tenfold.local.moto import patches  # noqa: F401  to import it is to patch moto
# isort: on

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.local.two_regions import Regions


@pytest.fixture
def regions() -> Iterator[Regions]:
    with mock_aws():
        yield Regions()
