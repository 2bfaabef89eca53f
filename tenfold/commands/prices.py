"""`tenfold prices`: where prices are from, and AWS's own list instead."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import click

from tenfold import exits
from tenfold.failure import Failure
from tenfold.foresight import aws_prices, prices
from tenfold.render import documents

PATIENCE = 60  # seconds without a byte


@click.group("prices", help="Where the prices of `tenfold cost` are from, and AWS's own list instead.")
def command() -> None:
    pass


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """Which prices there are, how old, and from where.

    \b
    Example:
      tenfold prices status
    """
    known, today = prices.shipped_prices(), date.today()
    if as_json:
        regions = {region: {"prices": len(rows), "as_of": known["as_of"]} for region, rows in known["regions"].items()}
        read = {
            region: {"prices": len(aws_prices.rows()[region]), "read": str(day)}
            for region, day in aws_prices.dates().items()
        }
        documents.show("prices", {"tenfold": regions, "aws": read})
        return
    for region, rows in known["regions"].items():
        newest = max(row["as_of"] for row in rows.values())
        click.echo(f"  {region:<14}{len(rows):>4} prices from tenfold, of {known['as_of']}, rows up to {newest}")
    for region, read in aws_prices.dates().items():
        count = len(aws_prices.rows()[region])
        click.echo(f"  {region:<14}{count:>4} prices from AWS's own list, read {read}, {(today - read).days} days ago")
    if not aws_prices.dates():
        click.echo("  AWS's own list has not been read here: `tenfold prices refresh --region us-east-1`.")


@command.command("refresh")
@click.option("--region", metavar="R", default="us-east-1", show_default=True, help="The region to read.")
def refresh(region: str) -> None:
    """Read AWS's own price list: some hundred MB from the network, none of it kept but the prices that are used.

    \b
    Example:
      tenfold prices refresh --region eu-central-1
    """
    from tenfold.blueprints.sizes import offerings
    from tenfold.foresight.offers import AnotherForm

    if region not in offerings.regions():
        raise Failure(f"There is no AWS region {region}.", code=exits.WRONG_INPUT)
    try:
        prices = aws_prices.refresh(region, _lines, date.today())
    except OSError as error:
        raise Failure(
            "AWS's price list is out of reach.",
            why=str(getattr(error, "reason", None) or error),
            remedies=("The prices that are here go on to be used; `tenfold prices status` says how old they are.",),
        ) from error
    except (AnotherForm, ValueError, KeyError) as error:
        raise Failure(
            "AWS's price list has another form than tenfold reads.",
            why=str(error),
            remedies=("Nothing was written. A newer tenfold may read it.",),
        ) from error
    click.echo(f"{sum(prices.counts.values())} prices of {region} in {aws_prices.folder() / region}.json")
    for what, keys in (
        ("said twice, so the price before stays", prices.ambiguous),
        ("not in the list", prices.missing),
    ):
        if keys:
            click.echo(f"  {what}: {', '.join(keys[:8])}{f' and {len(keys) - 8} more' if len(keys) > 8 else ''}")


@contextmanager
def _lines(url: str) -> Iterator[Iterable[str]]:
    from urllib.request import urlopen  # late: only this needs the network

    click.echo(f"  {url.split('/aws/')[1]}", err=True)
    with urlopen(url, timeout=PATIENCE) as answer:
        yield io.TextIOWrapper(answer, encoding="utf-8", newline="")
