"""Which version of the provider's SDK is installed, found without importlib.metadata."""

from importlib.metadata import version

from tenfold.recorder import installed_version


def test_it_is_what_the_package_says_of_itself() -> None:
    assert installed_version() == version("pulumi-aws")


def test_without_it_there_is_none(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert installed_version() is None
