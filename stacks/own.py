"""A team's own tiers: `store(ground)` and `runner(platform)` of `own/tiers/*.py`, made after tenfold's."""

from collections.abc import Callable
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.own import Function, OwnCodeFailed
from tenfold.stacks.ground import Ground, Platform
from tenfold.stacks.tier import Tier

STORE, RUNNER = "store", "runner"


def own_stores(architecture: Architecture) -> list[Callable[[Ground], Tier]]:
    return _makers(architecture, STORE)


def own_runners(architecture: Architecture) -> list[Callable[[Platform], Tier]]:
    return _makers(architecture, RUNNER)


def _makers(architecture: Architecture, name: str) -> list[Callable[..., Tier]]:
    makers = architecture.own.functions("tiers", name, (STORE, RUNNER)) if architecture.own else []
    return [_checked(maker) for maker in makers]


def _checked(maker: Function) -> Callable[[Any], Tier]:
    def make(at: Any) -> Tier:
        tier = maker.call(at)
        if not isinstance(tier, Tier):
            raise OwnCodeFailed(*maker.place, f"`{maker.name}` must return a `Tier`")
        return tier

    return make
