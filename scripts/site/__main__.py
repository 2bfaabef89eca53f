"""`python -m scripts.site MKDOCS`: the pages as a site, in `build/site`. A link that leads nowhere is an error, and a
page that is in no part of the menu is one.

The repository's own layout is kept, so that its links are the site's: README.md, docs/, and the pages beside code.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

HERE, CHECKOUT = Path(__file__).parent, Path(__file__).parents[2]
BUILD = CHECKOUT / "build"
BESIDE_CODE = (
    "README.md", "CHANGELOG.md", "components/alarms/README.md", "tenfold/providers/aws/README.md", "tenfold/shards.py",
)  # fmt: skip


def main(mkdocs: str) -> None:
    pages = BUILD / "pages"
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(CHECKOUT / "docs", pages / "docs")
    for name in BESIDE_CODE:
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, pages / name)
    menu = yaml.safe_load((HERE / "menu.yml").read_text(encoding="utf-8"))
    settings = BUILD / "mkdocs.yml"
    settings.write_text(f"INHERIT: {HERE / 'mkdocs.yml'}\ndocs_dir: pages\nsite_dir: site\n", encoding="utf-8")
    with settings.open("a", encoding="utf-8") as file:
        yaml.safe_dump({"nav": [{title: _menu(pages, parts)} for title, parts in menu.items()]}, file)
    command = [mkdocs, "build", "--strict", "--quiet", "--config-file", str(settings)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(CHECKOUT)}
    if subprocess.run(command, cwd=CHECKOUT, env=quiet).returncode:
        sys.exit("The site was not built: see above.")
    site = BUILD / "site"
    print(f"{len(list(site.rglob('*.html')))} pages: python3 -m http.server --bind 127.0.0.1 --directory {site}")


def _menu(pages: Path, parts: list[str]) -> list[Any]:
    """A folder becomes a part of its own: its README first, then its pages by name."""
    menu: list[Any] = []
    for part in parts:
        if (pages / part).is_dir():
            inside = sorted((pages / part).glob("*.md"), key=lambda page: (page.stem != "README", page.stem))
            menu.append({Path(part).name.capitalize(): [str(page.relative_to(pages)) for page in inside]})
        else:
            menu.append(part)
    return menu


if __name__ == "__main__":
    main(sys.argv[1])
