"""Prices: each has a source and a date, what is missing is unknown, and rules derive only what they may."""

import re
from datetime import date

import pytest

from tenfold.blueprints.grammar.lookup import sections
from tenfold.foresight import prices
from tenfold.foresight.prices import BORROWED, DERIVED, JUDGED, OWN, SINGLE, STATED, Book, House

ROWS = [
    (region, key, row) for region, rows in prices.shipped_prices()["regions"].items() for key, row in rows.items()
]  # fmt: skip
EAST = Book("us-east-1")


def rate(key: str, book: Book = EAST) -> float:
    found = book.price(key)
    assert found is not None
    return found.rate


@pytest.mark.parametrize(("region", "key", "row"), ROWS, ids=[f"{region}-{key}" for region, key, _ in ROWS])
def test_each_row_has_a_source_a_date_and_a_price(region, key, row):
    assert row["src"] in prices.shipped_prices()["sources"]
    assert re.fullmatch(r"20\d\d(-\d\d-\d\d)?", row["as_of"])
    assert row.get("conf", STATED) in (STATED, JUDGED, DERIVED, SINGLE)
    tiers = row["usd"] if isinstance(row["usd"], list) else [[None, row["usd"]]]
    assert all(usd >= 0 for _, usd in tiers)
    limits = [limit for limit, _ in tiers[:-1]]
    assert limits == sorted(limits)
    assert row.keys() <= {"usd", "per", "src", "as_of", "conf", "why", "free", "note"}
    number = row["per"].split()[0]
    assert not number.isdigit() or int(number) > 1


def test_the_file_itself_is_dated():
    assert date.fromisoformat(prices.shipped_prices()["as_of"]) >= date(2026, 11, 26)


def test_house_rules_know_the_services():
    pattern = sections()["Prices"]["discount"].kind["keys"]["pattern"]
    assert set(pattern.split("|")) == {*prices.services(), "all"}


def test_what_is_not_listed_is_unknown():
    assert EAST.price("ec2.x99.large") is None
    assert EAST.price("unknown.aws:foo/bar:Bar") is None
    assert Book("ap-southeast-2").price("ec2.t4g.small") is None
    assert Book("eu-central-1").price("nat.data") is None


def test_global_prices_hold_in_every_region():
    assert rate("route53.zone", Book("ap-southeast-2")) == 0.50


@pytest.mark.parametrize(
    ("key", "usd"),
    [
        ("rds.postgres.multi-az.db.t4g.small", 0.065),  # stated for MySQL, whose single instance costs the same
        ("rds.postgres.multi-az.db.t4g.medium", 0.129),
        ("rds.postgres.multi-az.db.r6g.xlarge", 0.899),
        ("rds.postgres.multi-az.db.r7g.large", 0.478),
        ("rds.storage.gp3.iops.multi-az", 0.04),
        ("cache.memcached.cache.t4g.micro", 0.016),
        ("cache.valkey.cache.r7g.4xlarge", 0.6984 * 2),
        ("ec2.c7g.8xlarge", 1.16),
        ("ec2.t4g.nano", 0.0042),
    ],
)
def test_a_rule_derives_what_is_not_listed(key, usd):
    found = EAST.price(key)
    assert found is not None
    assert found.rate == pytest.approx(usd, rel=0.001)
    assert found.confidence in (STATED, DERIVED)
    assert found.confidence == STATED or found.why


def test_stated_multi_az_rows_confirm_the_rule():
    """Without the row itself the rule gives what it says, to a tenth of a cent."""
    for region, key, row in ROWS:
        if ".multi-az." in key:
            single = key.replace("multi-az.", "")
            assert abs(row["usd"] - 2 * rate(single, Book(region))) <= 0.0011, key


def test_what_costs_the_same_everywhere_is_taken_from_where_two_regions_agree():
    found = Book("eu-central-1").price("secret")
    assert found is not None
    assert (found.rate, found.confidence) == (0.4, DERIVED)
    assert "us-east-1 and eu-west-2" in found.why
    assert Book("eu-central-1").price("ecr") is None  # equal in both, but not of that kind


def test_cheaper_with_the_amount():
    out = EAST.price("transfer.out")
    assert out is not None
    assert out.cost(10_240) == pytest.approx(921.60)
    assert out.cost(20_480) == pytest.approx(921.60 + 10_240 * 0.085)
    assert out.cost(200_000) == pytest.approx(921.60 + 40_960 * 0.085 + 102_400 * 0.07 + 46_400 * 0.05)


def test_in_batches():
    requests = EAST.price("waf.requests")
    assert requests is not None
    assert requests.cost(5_000_000) == pytest.approx(3.0)


def test_a_discount_is_on_a_service_or_on_all():
    house = House(discount={"ec2": 0.2, "all": 0.05})
    book = Book("us-east-1", house)
    assert rate("ec2.t4g.small", book) == pytest.approx(0.0168 * 0.8)
    assert rate("nat", book) == pytest.approx(0.045 * 0.95)


def test_an_own_price_is_final_even_where_aws_lists_none():
    book = Book("ap-southeast-2", House(own={"ec2.t4g.small": 0.02}, discount={"all": 0.5}))
    found = book.price("ec2.t4g.small")
    assert found is not None
    assert (found.rate, found.confidence) == (0.02, OWN)


def test_another_region_lends_only_where_the_house_allows_it_and_says_so():
    book = Book("ap-southeast-2", House(estimate={"ap-southeast-2": "us-east-1"}))
    found = book.price("ec2.t4g.small")
    assert found is not None
    assert (found.rate, found.confidence) == (0.0168, BORROWED)
    assert "us-east-1" in found.why
    own = Book("eu-central-1", House(estimate={"eu-central-1": "us-east-1"})).price("ec2.t4g.small")
    assert own is not None
    assert own.rate == 0.0192  # its own comes first


def test_refreshed_rows_come_before_those_that_tenfold_brings():
    rows = {"us-east-1": {"nat": {"usd": 0.05, "per": "hour", "src": "aws", "as_of": "2027-01-01"}}}
    found = Book("us-east-1", refreshed=rows).price("nat")
    assert found is not None
    assert (found.rate, found.source, found.confidence) == (0.05, "aws", STATED)


def test_a_standby_region_borrows_what_it_lacks_and_says_so():
    found = EAST.of("us-west-2", "us-east-1").price("nat")
    assert found is not None and (found.rate, found.confidence) == (0.045, "borrowed")
    assert found.why == "estimated from us-east-1, the list has no such price of us-west-2"
