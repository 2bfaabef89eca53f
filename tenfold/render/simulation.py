"""A simulated run for a person, for a program, and as a picture."""

import textwrap
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.components.plans.scaling import LOW_OF_TARGET
from tenfold.foresight.findings import Finding
from tenfold.foresight.simulation import Fixed, Policy, Run, Simple, Steps, Track
from tenfold.render.lines import WIDTH, labelled_lines, paint

PLOT, HIGH = WIDTH - 22, 6
_LABEL = 11  # columns of the labels
_WORDS = {"too-slow": "too slow", "too-small": "too small", "flaps": "flaps", "credits": "credits"}


def as_text(
    a: Architecture,
    title: str,
    policy: Policy,
    result: Run,
    usd: float | None,
    findings: Sequence[Finding],
    color: bool,
) -> str:
    heading = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}", title))
    lines = [paint(line, "bold", color) for line in textwrap.wrap(heading, WIDTH)]
    lines += [
        *labelled_lines("fleet", fleet(a, result), _LABEL),
        *labelled_lines("policy", policy_words(policy), _LABEL),
    ]
    lines += ["", *plot_lines("requests/s", result.load), "", *plot_lines("servers", result.servers), ""]
    for label, what in summary(result, usd):
        lines += labelled_lines(label, what, _LABEL)
    for finding in findings:
        lines += [paint(line, "yellow", color) for line in labelled_lines(_WORDS[finding.kind], finding.what, _LABEL)]
        for remedy in finding.remedies:
            lines += labelled_lines("", f"{remedy.say}   → {_outcome(remedy.run)}", _LABEL)
    if not findings:
        lines += labelled_lines("finding", "no request is lost, and the size does not go back and forth", _LABEL)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def fleet(a: Architecture, result: Run) -> str:
    size, type_ = result.size, a.fleet.instance if a.fleet else ""
    least = str(size.least) if size.least == size.most else f"{size.least}-{size.most}"
    return (
        f"{least} × {type_}, each {size.each:g} requests/s at full CPU; a new one takes requests after {size.launch} "
        f"min and counts {size.warmup} min later, one that leaves is gone after {size.drain} min"
    )


def policy_words(policy: Policy) -> str:
    if isinstance(policy, Simple):
        return (
            f"one more above {policy.out_at:.0%}, one less below {policy.in_at:.0%} CPU; nothing for {policy.out} min "
            f"after a launch has ended, for {policy.into} min after one has left"
        )
    if isinstance(policy, Steps):
        steps = ", ".join(f"{add} more from {at:.0%}" for at, add in policy.steps)
        return f"{steps}; one less below {policy.in_at:.0%} CPU"
    if isinstance(policy, Track):
        return f"each server at {policy.target:.0%} CPU; fewer below {policy.target * LOW_OF_TARGET:.0%}"
    assert isinstance(policy, Fixed)
    return "none: a fixed number of servers"


def summary(result: Run, usd: float | None) -> Iterator[tuple[str, str]]:
    money = "" if usd is None else f", {usd:,.2f} USD"
    least, most = min(result.servers), max(result.servers)
    yield "servers", f"{least if least == most else f'{least} to {most}'}, {result.paid / 60:,.1f} server hours{money}"
    yield "busy", f"{result.minutes_over(0.7)} min above 70 %, {result.minutes_over(1)} min above 100 %"
    share = result.lost / result.requests if result.requests else 0
    yield "lost", f"{share:.2%} of {result.requests:,.0f} requests, with those answered too late"
    yield "changes", f"{len(result.changes)}, {result.turns} of them back within half an hour"


def _outcome(run: Run) -> str:
    share = run.lost / run.requests if run.requests else 0
    return f"{run.minutes_over(1)} min above 100 %, {share:.2%} lost, {run.paid / 60:,.1f} server hours"


def plot_lines(label: str, values: Sequence[float]) -> Iterator[str]:
    """The largest value of each slice of time, as a filled curve."""
    cells = _slices(values, PLOT)
    top = max(*cells, 1e-9)
    for row in range(HIGH, 0, -1):
        level = top * (row - 0.5) / HIGH
        scale = f"{top * row / HIGH:,.0f}" if row in (HIGH, HIGH // 2) else ""
        bars = "".join("█" if cell > level else " " for cell in cells)
        yield f"  {label if row == HIGH else '':<11}{bars:<{PLOT}} {scale}"


def _slices(values: Sequence[float], many: int) -> list[float]:
    many = min(many, len(values))
    return [max(values[len(values) * at // many : max(len(values) * (at + 1) // many, 1)]) for at in range(many)]


def as_json(
    a: Architecture, curve: str, policy: Policy, result: Run, usd: float | None, findings: Sequence[Finding]
) -> dict[str, Any]:
    return {
        "blueprint": {"name": a.name, "environment": a.environment, "stage": a.stage},
        "curve": curve,
        "fleet": result.size._asdict(),
        "policy": policy_words(policy),
        "minutes": len(result.load),
        **_figures(result),
        "usd": None if usd is None else round(usd, 4),
        "findings": [
            {
                "kind": finding.kind,
                "what": finding.what,
                "remedies": [{"say": remedy.say, **_figures(remedy.run)} for remedy in finding.remedies],
            }
            for finding in findings
        ],
        "load": [round(rate, 3) for rate in result.load],
        "servers": list(result.servers),
        "busy": [round(busy, 4) for busy in result.busy],
    }


def _figures(result: Run) -> dict[str, Any]:
    return {
        "most_servers": max(result.servers),
        "minutes_over_70": result.minutes_over(0.7),
        "minutes_over_100": result.minutes_over(1),
        "lost": round(result.lost / result.requests, 6) if result.requests else 0,
        "changes": len(result.changes),
        "turns": result.turns,
        "server_hours": round(result.paid / 60, 2),
    }


_STYLE = (
    ":root{color-scheme:light dark}text{font:13px system-ui,sans-serif;fill:#222}"
    ".load{fill:none;stroke:#1f6feb;stroke-width:1.5}"
    ".can{fill:none;stroke:#b35900;stroke-width:1.5;stroke-dasharray:6 3}"
    ".axis{stroke:#888;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.load{stroke:#79b8ff}.can{stroke:#ffab70}}"
)
_WIDE, _TALL, _LEFT, _TOP = 860, 320, 60, 40


def as_svg(a: Architecture, title: str, result: Run) -> str:
    """Load and the servers' capacity over time: the same bytes for the same run."""
    carried = [servers * result.size.each for servers in result.servers]
    top = max(*result.load, *carried, 1e-9)
    hours = len(result.load) / 60
    heading = escape(" · ".join((*a.title, f"stage {a.stage}", title)))
    described = escape("; ".join(f"{label}: {what}" for label, what in summary(result, None)))
    axis = f"M{_LEFT} {_TOP}V{_TOP + _TALL}H{_LEFT + _WIDE - 80}"
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_TALL + 100}" role="img"'
        ' aria-labelledby="t d">',
        f'<title id="t">{heading}</title><desc id="d">{described}</desc><style>{_STYLE}</style>',
        f'<text x="{_LEFT}" y="22">{heading}</text><path class="axis" d="{axis}"/>',
        f'<path class="can" d="{_path(carried, top)}"/><path class="load" d="{_path(result.load, top)}"/>',
        f'<text x="{_LEFT - 8}" y="{_TOP + 5}" text-anchor="end">{top:,.0f}</text>',
        f'<text x="{_LEFT - 8}" y="{_TOP + _TALL}" text-anchor="end">0</text>',
        f'<text x="{_LEFT + _WIDE - 80}" y="{_TOP + _TALL + 20}" text-anchor="end">{hours:,.0f} h</text>',
        f'<text x="{_LEFT}" y="{_TOP + _TALL + 40}">— requests/s   - - what the servers carry</text>',
        "</svg>\n",
    ))  # fmt: skip


def _path(values: Sequence[float], top: float) -> str:
    cells = _slices(values, 400)
    step = (_WIDE - 80) / max(1, len(cells) - 1)
    points = (f"{_LEFT + at * step:.1f} {_TOP + _TALL * (1 - value / top):.1f}" for at, value in enumerate(cells))
    return "M" + "L".join(points)
