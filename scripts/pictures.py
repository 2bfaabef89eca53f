"""The pictures of the pages: each stage of the example shop, and one promotion. `make docs` renews them."""

from pathlib import Path

from tenfold.blueprints.resolve import load
from tenfold.blueprints.stages.presets import presets

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "blueprints" / "shop.yaml"
FOLDER = ROOT / "docs" / "pictures"


def texts_by_file() -> dict[Path, str]:
    """Text by file."""
    from tenfold import planning
    from tenfold.diff import compare
    from tenfold.pictures import boxes, change, svg

    stages = {n: load(SHOP, environment="prod", stage=n) for n in presets()}
    drawn = {n: boxes.picture(one.architecture) for n, one in stages.items() if one.architecture}
    files = {FOLDER / f"stage-{number}.svg": svg.draw_picture(picture) for number, picture in drawn.items()}
    difference = compare(*(planning.record(stages[number], warn=False) for number in (3, 4)))
    files[FOLDER / "promotion.svg"] = svg.draw_picture(change.between(drawn[3], drawn[4], difference, "shop"))
    return files


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for path, text in texts_by_file().items():
        path.write_text(text, encoding="utf-8")
