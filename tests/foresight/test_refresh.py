"""AWS's own price list, read from excerpts in its format (`offers/`): five lines about the file, then names and rows.

The excerpts are written by hand with the columns that public copies of the list have; prices in them are made up.
"""

import json
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenfold import exits, home
from tenfold.cli import tenfold
from tenfold.commands import prices as command
from tenfold.failure import Failure
from tenfold.foresight import aws_prices, offers, prices
from tenfold.foresight.prices import Book

OFFERS = Path(__file__).parent / "offers"
REGION = "eu-central-1"
TODAY = date(2026, 12, 1)


@contextmanager
def recorded(url):
    assert url.startswith("https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/")
    offer = url.removesuffix(f"/current/{REGION}/index.csv").rsplit("/", 1)[1]
    with (OFFERS / f"{offer}.csv").open(encoding="utf-8", newline="") as text:
        yield text


@pytest.fixture(autouse=True)
def _data(monkeypatch, tmp_path):
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "data"))


@pytest.fixture
def book():
    aws_prices.refresh(REGION, recorded, TODAY)
    return Book(REGION, refreshed=aws_prices.rows())


@pytest.mark.parametrize(
    ("key", "usd"),
    [
        ("ec2.t4g.small", 0.0192),  # not Windows, dedicated, reserved, of a capacity reservation or a local zone
        ("ebs.gp3", 0.0952),
        ("nat", 0.052),  # not the regional one, whose name ends alike
        ("credit.t3", 0.05),  # not Windows
        ("elb.application", 0.027),
        ("rds.postgres.db.t4g.small", 0.037),
        ("rds.postgres.multi-az.db.t4g.small", 0.074),
        ("rds.storage.gp3.multi-az", 0.274),
        ("cache.valkey.cache.t4g.micro", 0.0152),
        ("cache.memcached.cache.t4g.micro", 0.019),
        ("s3.put", 0.0000054),
        ("kms.requests", 0.000003),  # not the asymmetric ones
        ("alarm", 0.10),  # not the ten that an account has free
        ("eks", 0.10),
    ],
)
def test_each_price_is_the_right_row(book, key, usd):
    found = book.price(key)
    assert found.rate == pytest.approx(usd)
    assert (found.source, found.as_of) in (("aws", "2026-11-20"),)


def test_tiers_are_kept(book):
    found = book.price("s3.standard")
    assert found.cost(60_000) == pytest.approx(51_200 * 0.0245 + 8_800 * 0.0235)
    assert book.price("endpoint.interface.data").cost(10) == pytest.approx(0.10)


def test_what_the_list_says_twice_is_not_guessed():
    found = aws_prices.refresh(REGION, recorded, TODAY)
    assert found.ambiguous == ("rds.postgres.db.r7g.large",)
    assert "rds.postgres.db.r7g.large" not in aws_prices.rows()[REGION]


def test_what_is_not_in_the_list_is_named_and_keeps_its_price(book):
    found = aws_prices.refresh(REGION, recorded, TODAY)
    assert set(found.missing) == {"credit.t4g", "elb.network.lcu", "rds.mysql.multi-az.{Instance Type}", "rds.backup"}
    assert book.price("route53.zone").source == "infracost"


def test_every_key_of_the_list_is_one_that_costs_use():
    known = {key for rows in prices.shipped_prices()["regions"].values() for key in rows}
    for rows in offers.listed_rows().values():
        for row in rows:
            begin = row["key"].split("{")[0]
            assert any(key == begin or (begin != row["key"] and key.startswith(begin)) for key in known), row


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body>Service unavailable</body></html>\n",
        '"FormatVersion","v1.0"\n"OfferCode","AmazonS3"\n"Publication Date","2026-11-20"\n"SKU"\n',  # another's
        '"SKU","TermType"\n"A","OnDemand"\n',
        '"a","b"\n' * 50,
    ],
)
def test_a_file_of_another_form_is_refused_and_nothing_is_written(text):
    @contextmanager
    def lines(url):
        yield text.splitlines(keepends=True)

    with pytest.raises(offers.AnotherForm):
        aws_prices.refresh(REGION, lines, TODAY)
    assert not aws_prices.rows()


def test_a_refresh_that_breaks_off_leaves_the_prices_before(book):
    before = aws_prices.rows()

    @contextmanager
    def lines(url):
        if "AmazonS3" in url:
            raise ConnectionResetError("reset by peer")
        with recorded(url) as text:
            yield text

    with pytest.raises(ConnectionResetError):
        aws_prices.refresh(REGION, lines, TODAY + timedelta(days=1))
    assert aws_prices.rows() == before


def test_the_command_says_what_it_read(monkeypatch):
    monkeypatch.setattr(command, "_lines", recorded)
    done = CliRunner().invoke(tenfold, ["prices", "refresh", "--region", REGION])
    assert done.exit_code == exits.DONE, done.output
    assert f"prices of {REGION} in {home.data()}" in done.stdout
    assert "rds.postgres.db.r7g.large" in done.stdout
    status = CliRunner().invoke(tenfold, ["prices", "status"]).stdout
    assert f"{REGION} " in status and "from AWS's own list" in status


def test_out_of_reach_is_said_and_the_old_prices_go_on(monkeypatch):
    @contextmanager
    def lines(url):
        raise OSError("Name or service not known")
        yield

    monkeypatch.setattr(command, "_lines", lines)
    with pytest.raises(Failure) as failure:
        CliRunner().invoke(tenfold, ["prices", "refresh"], catch_exceptions=False)
    assert failure.value.code == exits.FAILED
    assert "out of reach" in failure.value.what


def test_an_unknown_region_is_wrong_input():
    with pytest.raises(Failure) as failure:
        CliRunner().invoke(tenfold, ["prices", "refresh", "--region", "Frankfurt"], catch_exceptions=False)
    assert failure.value.code == exits.WRONG_INPUT


def test_a_damaged_file_says_how_to_mend_it():
    aws_prices.folder().mkdir(parents=True)
    (aws_prices.folder() / f"{REGION}.json").write_text("{")
    with pytest.raises(Failure) as failure:
        aws_prices.rows()
    assert f"tenfold prices refresh --region {REGION}" in failure.value.remedies[0]


def test_prices_grow_old():
    put_together = date.fromisoformat(prices.shipped_prices()["as_of"])
    assert aws_prices.age(put_together + timedelta(days=91)) > aws_prices.OLD
    aws_prices.refresh(REGION, recorded, put_together + timedelta(days=60))
    assert aws_prices.age(put_together + timedelta(days=91)) == 31


def test_doctor_warns_of_old_prices(monkeypatch):
    from tenfold.commands import doctor

    monkeypatch.setattr(aws_prices, "age", lambda today: 91)
    mark, said, remedy = doctor._prices()
    assert (mark, remedy) == (doctor.NOTE, "tenfold prices refresh")
    assert "91 days old" in said
    monkeypatch.setattr(aws_prices, "age", lambda today: 90)
    assert doctor._prices()[0] == doctor.GOOD


def test_the_written_file_is_for_cost(book):
    aws_prices.refresh(REGION, recorded, TODAY)
    done = CliRunner().invoke(tenfold, ["cost", "blueprints/chat.yaml", "--env", "prod", "--stage", "3", "--json"])
    lines = [line for tier in json.loads(done.stdout)["tiers"] for line in tier["lines"]]
    assert {line["price"]["source"] for line in lines if line["key"] == "nat"} == {"AWS's own price list"}
