"""The report as HTML."""

import re
from pathlib import Path

from tenfold.render.cost import money
from tenfold.report.content import Report


def _code(text: str) -> str:
    """Fields between backticks as code, the rest as it is."""
    import markupsafe

    return markupsafe.Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(markupsafe.escape(text))))


def html(report: Report) -> str:
    """One page with its style and its pictures inside; the same bytes for the same report."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    known = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    known.filters["money"] = money
    known.filters["code"] = _code
    return known.get_template("page.html.j2").render(report=report)
