"""Values behave as frozen dataclasses do: each property here holds of both."""

from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace

import pytest

from tenfold.blueprints.value import Value


class Written(Value):
    first: int
    second: str = "two"
    third: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Reference:
    first: int
    second: str = "two"
    third: list[int] = field(default_factory=list)


class Positive(Value):
    number: int

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"{self.number} is not positive")


class Longer(Written):
    fourth: int = 4


@pytest.mark.parametrize("kind", [Written, Reference])
def test_is_made_by_place_by_name_and_by_default(kind: type):
    made = kind(1, third=[3])
    assert (made.first, made.second, made.third) == (1, "two", [3])
    assert repr(made) == f"{kind.__name__}(first=1, second='two', third=[3])"
    assert kind(1).third is not kind(1).third, "a default that is made belongs to one value"


@pytest.mark.parametrize("kind", [Written, Reference])
@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, "2", [], 4), {}), ((1,), {"first": 1}), ((1,), {"no": 1})]
)
def test_wrong_arguments_are_refused(kind: type, values: tuple, named: dict):
    with pytest.raises(TypeError):
        kind(*values, **named)


@pytest.mark.parametrize("kind", [Written, Reference])
def test_nothing_is_assigned_or_deleted(kind: type):
    made = kind(1)
    with pytest.raises(FrozenInstanceError):
        made.first = 2
    with pytest.raises(FrozenInstanceError):
        del made.first


@pytest.mark.parametrize("kind", [Written, Reference])
def test_equal_by_content_and_replaced_by_name(kind: type):
    made = kind(1)
    assert made == kind(1) != kind(2)
    assert replace(made, first=2) == kind(2)
    assert asdict(made) == {"first": 1, "second": "two", "third": []}
    assert hash(kind(1, "2", ())) == hash(kind(1, "2", ()))


def test_another_class_with_the_same_content_is_another_value():
    assert Written(1) != Reference(1)
    assert Longer(1) != Written(1)


def test_a_subclass_adds_fields_and_checks():
    assert Longer(1, fourth=5).fourth == 5
    with pytest.raises(ValueError, match="0 is not positive"):
        Positive(0)
    with pytest.raises(ValueError, match="0 is not positive"):
        replace(Positive(1), number=0)
