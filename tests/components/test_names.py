"""Names that fit, tags that are always there."""

from hypothesis import given
from hypothesis import strategies as st

from tenfold.components.parts.names import AUTO_NAME_SUFFIX, fitting, tags_with_name

LOGICAL = st.from_regex(r"[a-z][a-z0-9-]{0,60}[a-z0-9]", fullmatch=True)


@given(LOGICAL, st.integers(20, 64))
def test_a_base_fits_after_auto_naming_and_is_kept_when_it_does(name: str, limit: int) -> None:
    base = fitting(name, limit)
    assert len(base) + AUTO_NAME_SUFFIX <= limit
    assert base == name or len(name) + AUTO_NAME_SUFFIX > limit


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert fitting("a-very-long-blueprint-name-balancer-x", 32) != fitting("a-very-long-blueprint-name-balancer-y", 32)


def test_name_is_the_logical_name_whatever_the_caller_s_tags_say() -> None:
    assert tags_with_name({"Name": "other", "owner": "me"}, "shop-x") == {"Name": "shop-x", "owner": "me"}
    assert tags_with_name(None, "shop-x") == {"Name": "shop-x"}
