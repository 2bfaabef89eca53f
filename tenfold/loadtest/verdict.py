"""Which step broke, what that says of the capacity, and the curve through the steps that held."""

from collections.abc import Sequence
from math import sqrt

from tenfold.blueprints.value import Value
from tenfold.loadtest.results import Step

REACHED = 0.95  # of the wanted rate; what is below was not sent or not answered
POINTS = 3  # of a curve with three unknowns


class Curve(Value):
    """The universal scalability law, `alone · n / (1 + contention · (n − 1) + crosstalk · n · (n − 1))` requests/s with
    `n` at a time (Gunther, Guerrilla Capacity Planning, 2007)."""

    alone: float
    """Requests a second of one at a time."""
    contention: float
    crosstalk: float

    def rate(self, n: float) -> float:
        return self.alone * n / (1 + self.contention * (n - 1) + self.crosstalk * n * (n - 1))

    @property
    def most(self) -> float | None:
        """Requests a second at the top of the curve; None where it has none."""
        if self.crosstalk > 0:
            return self.rate(max(1.0, sqrt((1 - self.contention) / self.crosstalk)))
        return self.alone / self.contention if self.contention > 0 else None


class Verdict(Value):
    steps: Sequence[Step]
    holds: Step | None
    """The last step before the first that broke."""
    breaks: Step | None
    why: Sequence[str]
    """Why it broke."""
    generator: bool
    """Whether the machine of the test was the limit: then nothing is known of the target beyond `holds`."""
    curve: Curve | None


def verdict(steps: Sequence[Step], slowest: float, errors: float) -> Verdict:
    """`slowest` in seconds for the 99th percentile, `errors` as a fraction; `steps` by rising load."""
    reasons = [broken_goals(step, slowest, errors) for step in steps]
    at = next((at for at, why in enumerate(reasons) if why), len(steps))
    first = steps[at] if at < len(steps) else None
    return Verdict(
        steps=steps,
        holds=steps[at - 1] if at else None,
        breaks=first,
        why=reasons[at] if first else (),
        generator=bool(first and first.dropped),
        curve=curve([step for step in steps if not step.dropped]),
    )


def broken_goals(step: Step, slowest: float, errors: float) -> tuple[str, ...]:
    """In words; nothing where the step held."""
    why = []
    if step.dropped:
        why.append(f"{step.dropped:,} requests were never sent: the machine of the test was the limit")
    if step.slowest > slowest:
        why.append(f"p99 {step.slowest * 1000:,.0f} ms, at most {slowest * 1000:,.0f} ms are acceptable")
    if step.errors > errors:
        why.append(f"{step.errors:.1%} failed, at most {errors:.1%} may")
    if step.reached < REACHED * step.offered and not step.dropped:
        why.append(f"{step.reached:,.0f} of {step.offered:,.0f} requests/s were answered")
    return tuple(why)


def curve(steps: Sequence[Step]) -> Curve | None:
    """Least squares over `n / rate`, which the law makes a parabola; None where there are too few points, or where no
    such curve fits: the rate rises faster than the requests at a time, as in a test that is still warming up."""
    points = [(step.reached * step.usual, step.reached) for step in steps if step.reached > 0 and step.usual > 0]
    if len(points) < POINTS:
        return None
    rows = [((1.0, n - 1, n * (n - 1)), n / rate) for n, rate in points]
    solution = _least_squares(rows)
    if solution is None or solution[0] <= 0:
        return None
    base, contention, crosstalk = solution[0], solution[1] / solution[0], solution[2] / solution[0]
    return Curve(1 / base, contention, crosstalk) if 0 <= contention < 1 and crosstalk >= 0 else None


def _least_squares(rows: Sequence[tuple[tuple[float, ...], float]]) -> list[float] | None:
    """The normal equations by Gauss' elimination; None where the points do not tell three unknowns apart."""
    size = len(rows[0][0])
    matrix = [
        [*(sum(x[i] * x[j] for x, _ in rows) for j in range(size)), sum(x[i] * y for x, y in rows)] for i in range(size)
    ]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(matrix[row][column]))
        if abs(matrix[pivot][column]) < 1e-12:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        for row in range(size):
            if row != column:
                factor = matrix[row][column] / matrix[column][column]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[column], strict=True)]
    return [matrix[i][size] / matrix[i][i] for i in range(size)]
