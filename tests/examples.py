"""The blueprints that tenfold brings, by name. A fork's own beside them have no golden files here, and no test of these
looks at them: `tenfold validate` does."""

from pathlib import Path

BLUEPRINTS = Path(__file__).parents[1] / "blueprints"
NAMES = ("chat", "iot", "market", "news", "shop")
FILES = tuple(BLUEPRINTS / f"{name}.yaml" for name in NAMES)
