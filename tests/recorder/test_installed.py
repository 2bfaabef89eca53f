"""Which version of a provider's SDK is installed, found without importlib.metadata."""

from importlib.metadata import version

import pytest

from tenfold.recorder import installed_version
from tenfold.recorder.light.tables import PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_it_is_what_the_package_says_of_itself(package) -> None:
    assert installed_version(package) == version(package)


def test_without_it_there_is_none(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert installed_version("pulumi_aws") is None
