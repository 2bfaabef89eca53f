"""Reviews the blueprints of a change: review.py BASE COMMIT

BASE is how the review names what the change goes into (origin/main), COMMIT what that is (HEAD^1). Written is
comment.md: what the change does, most dangerous first, and the plan of each environment that it touches. What is wrong
with a blueprint goes to the log too. TENFOLD_BLUEPRINTS says which files.

Exit code: 0, or what `tenfold` answered to blueprints with errors (2) or failed with.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

BLUEPRINTS = os.environ.get("TENFOLD_BLUEPRINTS", "blueprints/*.yaml")  # a file or a glob
COMMENT = Path("comment.md")
LIMIT = 65_000  # characters; GitHub takes 65,536 in a comment, and `--format markdown` keeps to 60,000
FAILED = "<!-- tenfold diff -->\n### tenfold: the blueprints could not be compared\n\nThe log says why.\n"
UNCHANGED = "<!-- tenfold: nothing changed -->"  # comment.py begins no comment with it
DONE, DIFFERENT = 0, 5


def tenfold(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """With its output; what it says of mistakes goes to the log."""
    log = subprocess.DEVNULL if quiet else None
    return subprocess.run(
        ["tenfold", *arguments], stdout=subprocess.PIPE, stderr=log, check=False, text=True, encoding="utf-8"
    )


def touched_environments(document: dict) -> list[tuple[str, str]]:
    """(file, environment) of what is new or changed; the top of a file without environments is "base"."""
    one = document if "environments" in document else {"environments": {"base": document}}
    return [
        (file, environment)
        for file, of in document.get("blueprints", {BLUEPRINTS: one}).items()
        for environment, review in of["environments"].items()
        if review["change"] in ("new", "changed")
    ]


def plan(file: str, environment: str) -> str:
    chosen = [] if environment == "base" else ["--env", environment]
    page = tenfold("plan", file, *chosen, quiet=True).stdout
    title = f"{file}{' · ' + environment if chosen else ''}"
    return f"\n<details><summary>plan of <b>{title}</b></summary>\n\n```text\n{page}```\n\n</details>\n"


def main(base: str, commit: str) -> int:
    subprocess.run(["git", "update-ref", f"refs/remotes/{base}", commit], check=True)
    valid = tenfold("validate", BLUEPRINTS)
    print(valid.stdout, end="")
    question = ["diff", BLUEPRINTS, "--against", base]
    review = tenfold(*question, "--format", "markdown", "--exit-code")
    text = review.stdout or FAILED
    if review.returncode == DONE:
        text += f"\n{UNCHANGED}\n"
    elif review.stdout:
        for at in touched_environments(json.loads(tenfold(*question, "--json", quiet=True).stdout)):
            page = plan(*at)
            if len(text) + len(page) > LIMIT - 100:
                text += "\nThere is no room for further plans: `tenfold plan`.\n"
                break
            text += page
    COMMENT.write_text(text, encoding="utf-8")
    return next((code for code in (valid.returncode, review.returncode) if code not in (DONE, DIFFERENT)), DONE)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
