"""The bodies of dashboards: alarms on top, then a section for each golden signal over all subjects. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from tenfold.components.plans.catalogue import GOLDEN_SIGNALS, Metric, Signal

COLUMNS = 24  # of a CloudWatch dashboard
WIDTH, HEIGHT = 6, 5  # of a graph: four beside each other
ALARMS = 100  # in one alarm widget: CloudWatch's limit
# On one dashboard. CloudWatch takes 500 widgets and 2,500 metrics ("CloudWatch service quotas"); most graphs have one
# metric, none more than six. 480 leave room for the headings and for 1,600 alarms; with more, the first has fewer.
WIDGETS, GRAPHS = 500, 480

QUESTIONS = {
    "latency": "How long does it take?",
    "traffic": "How much is asked of us?",
    "errors": "What fails?",
    "saturation": "How full is it?",
}


class Drawn(Protocol):
    """What a graph needs of a planned signal."""

    @property
    def title(self) -> str: ...
    @property
    def signal(self) -> Signal: ...
    @property
    def threshold(self) -> float | None: ...
    def dimensions(self, metric: Metric) -> dict[str, Any]: ...


def bodies(planned: Sequence[Drawn], alarm_arns: Sequence[Any], region: str) -> dict[str, dict[str, Any]]:
    """Ending of its name -> the dashboard: nothing for the first, which has all alarms; `-2`, `-3` … where one would
    have more graphs than CloudWatch takes."""
    lists = -(-len(alarm_arns) // ALARMS)
    first = min(GRAPHS, WIDGETS - len(GOLDEN_SIGNALS) - lists)
    rest = range(first, len(planned), GRAPHS)
    others = {f"-{number}": body(planned[start : start + GRAPHS], [], region) for number, start in enumerate(rest, 2)}
    return {"": body(planned[:first], alarm_arns, region), **others}


def body(planned: Sequence[Drawn], alarm_arns: Sequence[Any], region: str) -> dict[str, Any]:
    """One dashboard as plain data; identifiers and ARNs in it may be Outputs. The order depends on `planned` only."""
    widgets: list[dict[str, Any]] = []
    top = 0
    for start in range(0, len(alarm_arns), ALARMS):
        some = list(alarm_arns[start : start + ALARMS])
        widgets.append(_widget("alarm", 0, top, COLUMNS, 4, {"title": "Alarms", "alarms": some}))
        top += 4
    for golden in GOLDEN_SIGNALS:
        of_it = [item for item in planned if item.signal.golden == golden]
        if of_it:
            title = {"markdown": f"## {golden.capitalize()}\n{QUESTIONS[golden]}"}
            widgets.append(_widget("text", 0, top, COLUMNS, 2, title))
            widgets += _grid(of_it, top + 2, region)
            top += 2 + HEIGHT * -(-len(of_it) * WIDTH // COLUMNS)
    return {"widgets": widgets}


def _grid(planned: Iterable[Drawn], top: int, region: str) -> list[dict[str, Any]]:
    across = COLUMNS // WIDTH
    return [
        _widget("metric", index % across * WIDTH, top + index // across * HEIGHT, WIDTH, HEIGHT, _graph(item, region))
        for index, item in enumerate(planned)
    ]


def _widget(kind: str, x: int, y: int, width: int, height: int, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _graph(item: Drawn, region: str) -> dict[str, Any]:
    signal = item.signal
    graph: dict[str, Any] = {
        "title": f"{item.title}: {signal.name.replace('-', ' ')}",
        "view": "timeSeries",
        "region": signal.region or region,
        "period": signal.seconds,
        "metrics": _rows(item),
    }
    if item.threshold is not None:
        graph["annotations"] = {"horizontal": [{"label": "alarm", "value": item.threshold}]}
    return graph


def _rows(item: Drawn) -> list[list[Any]]:
    signal = item.signal
    rows: list[list[Any]] = []
    for key, metric in signal.metrics.items():
        pairs = [part for pair in item.dimensions(metric).items() for part in pair]
        shown = {"id": key, "stat": metric.statistic, "visible": not signal.expression}
        rows.append([metric.namespace, metric.name, *pairs, shown])
    if signal.expression:
        rows.append([{"id": "result", "expression": signal.expression, "label": signal.name}])
    elif signal.comparison == "below_usual":
        band = f"ANOMALY_DETECTION_BAND(value, {signal.threshold})"
        rows.append([{"id": "usual", "expression": band, "label": "usual"}])
    return rows
