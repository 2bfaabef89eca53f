"""What a server leaves: the same resources under the same URNs, and nothing else of it."""

from typing import Any

import pytest
from recording import Graph, record
from test_server import KEY, server

from tenfold.components.server_leftovers import ServerLeftovers


def leftovers(*keep: str, **args: Any) -> Graph:
    inputs: Any = {"parts": list(keep), "availability_zone": "us-east-1a", "kms_key_arn": KEY, **args}
    return record(lambda: ServerLeftovers("shop-server", inputs))


def test_they_are_the_server_s_own() -> None:
    before, after = server(), leftovers("data", "address")
    for type_ in ("ebs/volume:Volume", "ec2/eip:Eip"):
        (was,), (now,) = before.of(type_), after.of(type_)
        assert (was.name, was.parent) == (now.name, now.parent)
        assert now.protect
    volume = after["shop-server-data"]
    assert volume.inputs["finalSnapshot"] is True
    assert volume.ignore_changes == ("size",)


@pytest.mark.parametrize("part", ["data", "address"])
def test_one_may_go_before_the_other(part: str) -> None:
    assert f"shop-server-{part}" in leftovers(part)
    assert len(list(leftovers(part))) == 2, "the component and what is kept"


def test_a_throw_away_environment_protects_nothing() -> None:
    assert not leftovers("data", throwaway=True)["shop-server-data"].protect


def test_what_no_server_leaves_is_refused() -> None:
    with pytest.raises(Exception, match='parts must be "data" or "address", not'):
        leftovers("instance")
