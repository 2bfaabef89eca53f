"""Keys to buckets: the same in Python, in the client, in PostgreSQL and in MySQL."""

import hashlib
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.shards import buckets

VECTORS = {"": 770, "user-0": 333, "user-1": 292, "tenant-42": 321, "Ä": 476}
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.parametrize("key", VECTORS)
def test_a_key_never_changes_its_bucket(key):
    assert buckets.of_hash(key) == VECTORS[key]


@pytest.mark.parametrize(
    ("key", "bucket"),
    [("2000-01", 0), ("2026-11-27T04:30:01Z", 322), ("1999-12-31", 0), ("2079-12", 959), ("2085-01", 959)],
)
def test_months(key, bucket):
    assert buckets.of_month(key) == bucket


def test_the_month_of_a_bucket_is_in_that_bucket():
    assert all(buckets.of_month(buckets.month(bucket)) == bucket for bucket in range(960))


@pytest.mark.parametrize("key", ["", "26-11", "2026-13", "2026-1", "2026-111", "user-1", "20261101"])
def test_no_month(key):
    with pytest.raises(ValueError, match="does not begin with a month"):
        buckets.of_month(key)


def database() -> sqlite3.Connection:
    """SQLite evaluates the expressions' arithmetic; the functions of both servers are these, as their manuals say."""
    made = sqlite3.connect(":memory:")
    made.create_function("convert_to", 2, lambda text, encoding: text.encode(encoding))
    made.create_function("sha256", 1, lambda data: hashlib.sha256(data).digest())
    made.create_function("get_byte", 2, lambda data, place: data[place])
    made.create_function("SHA2", 2, lambda text, bits: hashlib.new(f"sha{bits}", text.encode()).hexdigest())
    made.create_function("LEFT_OF", 2, lambda text, length: text[:length])
    made.create_function("CONV", 3, lambda text, base, _: str(int(text, base)))
    made.create_function("GREATEST", 2, max)
    made.create_function("LEAST", 2, min)
    return made


def evaluated(expression: str, key: str) -> int:
    # Three forms that SQLite cannot parse: a character set, a function with the name of a join, a field of a date.
    for theirs, ours in (
        ("CONVERT(:key USING utf8mb4)", ":key"),
        ("LEFT(", "LEFT_OF("),
        ("EXTRACT(YEAR FROM :key)", "CAST(substr(:key, 1, 4) AS integer)"),
        ("EXTRACT(MONTH FROM :key)", "CAST(substr(:key, 6, 2) AS integer)"),
    ):
        expression = expression.replace(theirs, ours)
    return database().execute(f"SELECT {expression}", {"key": key}).fetchone()[0]


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
@given(KEYS)
def test_the_same_bucket_in_sql(engine, key):
    assert evaluated(buckets.sql(engine, "hash", ":key"), key) == buckets.of_hash(key)


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
@given(st.dates())
def test_the_same_month_in_sql(engine, date):
    key = date.isoformat()
    assert evaluated(buckets.sql(engine, "month", ":key"), key) == buckets.of_month(key)


def test_the_expressions_are_as_documented():
    assert buckets.sql("mysql", "hash", "k") == (
        "CAST(CONV(LEFT(SHA2(CONVERT(k USING utf8mb4), 256), 8), 16, 10) AS UNSIGNED) % 960"
    )
    assert buckets.sql("postgres", "hash", "k").startswith(
        "(CAST(get_byte(sha256(convert_to(k, 'UTF8')), 0) AS bigint) * 16777216 + "
    )
