"""Tests that run the real engine: a state directory and a local cloud for each worker, one engine for all."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from running import Tenfold  # beside this file

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
def aws(tenfold: Tenfold) -> Callable[..., Any]:
    """boto3 clients of the local cloud: what is really there, whatever the state says."""
    import boto3

    def client(service: str, region: str = "us-east-1") -> Any:
        where = json.loads(tenfold("local", "status", "--json").stdout)["endpoint"]
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=where,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    return client
