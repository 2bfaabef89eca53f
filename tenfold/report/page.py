"""The report as HTML."""

from pathlib import Path

from tenfold.render.cost import money
from tenfold.report.content import Report


def html(report: Report) -> str:
    """One page with its style and its pictures inside; the same bytes for the same report."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    known = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    known.filters["money"] = money
    return known.get_template("page.html.j2").render(report=report)
