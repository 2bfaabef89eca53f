"""The provider's plugins: one a package, each with handlers that answer what the protocol asks."""

import os

import pytest

from tenfold.local import server
from tenfold.local.provider import packages


def test_a_type_belongs_to_a_package() -> None:
    assert packages.of("aws:ec2/vpc:Vpc") == "aws"


@pytest.mark.parametrize("name", packages.PACKAGES)
def test_each_package_has_handlers_and_a_launcher(name: str) -> None:
    handlers = packages.handlers(name, "http://127.0.0.1:1")
    asked = (
        "serves",
        "check",
        "diff",
        "create",
        "read",
        "update",
        "delete",
        "invoke",
        "created_id",
        "remove",
        "identifying",
    )
    assert [verb for verb in asked if not callable(getattr(handlers, verb, None))] == []
    launcher = server.plugin_directory() / f"pulumi-resource-{name}"
    assert os.access(launcher, os.X_OK)
    assert f"tenfold.local.provider.plugin {name} " in launcher.read_text(encoding="utf-8")
