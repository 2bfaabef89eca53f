"""Tests that run the real engine: a state directory and a local cloud for each worker, one engine for all."""

import functools
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from running import SEVERAL, Tenfold  # beside this file

from tenfold import home


@pytest.fixture(scope="session")
def tenfold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenfold]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "AWS_"))},
        "TENFOLD_DATA": str(home.data()),
        "TENFOLD_HOME": str(tmp_path_factory.mktemp("tenfold")),
        "NO_COLOR": "1",
    }
    run = Tenfold(environment)
    run("local", "start")
    yield run
    run("local", "stop")


@pytest.fixture
def fresh(tenfold: Tenfold) -> Tenfold:
    """The command line with an empty local cloud."""
    tenfold("local", "reset")
    tenfold("local", "start")
    return tenfold


@pytest.fixture
def aws(tenfold: Tenfold) -> Callable[[str], Any]:
    """boto3 clients of the local cloud: what is really there, whatever the state says."""

    def client(service: str) -> Any:
        return boto3_client(tenfold, service, "us-east-1")

    return client


@pytest.fixture
def cloud(fresh: Tenfold, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[str], Any]]:
    """The same of an empty local cloud, by region: `cloud("eu-central-1")("rds")`."""
    monkeypatch.setitem(fresh.environment, SEVERAL, "1")
    endpoint = address(fresh)
    return lambda region: functools.cache(lambda service: boto3_client(fresh, service, region, endpoint))


def address(tenfold: Tenfold) -> str:
    return json.loads(tenfold("local", "status", "--json").stdout)["endpoint"]


def boto3_client(tenfold: Tenfold, service: str, region: str, endpoint: str | None = None) -> Any:
    import boto3

    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint or address(tenfold),
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
