"""What all components have in common, seen from one that a house might write."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pytest
from recording import record

from tenfold.components.parts.component import Component
from tenfold.components.plans.choices import check_choice, one_of
from tenfold.components.plans.pooling import PoolMode


class PostArgs(TypedDict):
    throwaway: NotRequired[bool]
    tags: NotRequired[dict[str, pulumi.Input[str]]]


class Post(Component[PostArgs]):
    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: PostArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        topic = aws.sns.Topic(
            f"{name}-topic",
            tags=self._tags(f"{name}-topic"),
            opts=self._child(protect=self._keeps, ignore_changes=["displayName"]),
        )
        self.topic_arn = topic.arn
        self._register()


class Heir(Component[PostArgs]):
    goes_on_with = "Post"

    def __init__(self, name: str, args: PostArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._register()


def test_a_child_has_its_parent_tags_protection_and_any_other_option() -> None:
    graph = record(lambda: Post("shop-post", {"tags": {"owner": "ann"}}))
    topic = graph["shop-post-topic"]
    assert graph["shop-post"].type == "tenfold:index:Post"
    assert topic.parent == "shop-post"
    assert topic.protect and topic.ignore_changes == ("displayName",)
    assert topic.inputs["tags"] == {"owner": "ann", "Name": "shop-post-topic"}


def test_what_is_throwaway_is_not_protected() -> None:
    assert not record(lambda: Post("shop-post", {"throwaway": True}))["shop-post-topic"].protect


def test_one_that_goes_on_with_another_has_its_type() -> None:
    assert record(lambda: Heir("shop-post", {}))["shop-post"].type == "tenfold:index:Post"


def test_a_wrong_choice_is_told_with_the_right_ones() -> None:
    assert check_choice("mode", "session", PoolMode) is PoolMode.SESSION
    with pytest.raises(ValueError) as refused:
        check_choice("mode", "x", PoolMode)
    assert str(refused.value) == 'mode must be "session", "transaction" or "statement", not \'x\'.'


def test_one_of_two_and_of_one() -> None:
    assert (one_of(["a", "b"]), one_of(["a"])) == ('"a" or "b"', '"a"')


def test_an_argument_that_does_not_exist_is_refused_with_the_nearest() -> None:
    """Ignored, a misspelt number of days would be the default in silence."""
    with pytest.raises(ValueError) as refused:
        record(lambda: Post("shop-post", {"throwawy": True}))  # pyright: ignore[reportArgumentType]: so says the type
    assert "`throwawy` is not an argument of Post. Did you mean `throwaway`?" in str(refused.value)
