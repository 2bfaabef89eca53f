"""What holds data is not lost by an `up`."""

import pytest

from tenfold import exits, guard
from tenfold.failure import Failure

VOLUME = {"urn": "urn:pulumi:shop-prod::tenfold::tenfold:index:Server$aws:ebs/volume:Volume::shop-server-data"}
KEPT = {**VOLUME, "protect": True}


def test_a_protected_resource_that_the_plan_lacks_is_lost():
    assert guard.lost([KEPT], set()) == ["shop-server-data"]
    assert guard.lost([KEPT], {KEPT["urn"]}) == []
    assert guard.lost([VOLUME], set()) == [], "what is not protected may go"


def test_the_refusal_names_it_the_stages_and_the_way():
    with pytest.raises(Failure) as refused:
        guard.refuse_loss(["shop-server-data"], stack="shop-prod", environment="prod", deployed=2, wanted=3)
    failure = refused.value
    assert failure.code == exits.REFUSED and "shop-server-data" in failure.what
    assert "stage 2" in failure.why and "promoting_from: 2" in failure.remedies[0]


def test_nothing_lost_is_nothing_said():
    guard.refuse_loss([], stack="shop-prod", environment="prod", deployed=2, wanted=3)
