"""Posts comment.md on the pull or merge request, or updates the comment that is there: comment.py github|gitlab

The comment is found by its first line, among those of the pipeline's own account. The token is in
GITHUB_TOKEN or TENFOLD_COMMENT_TOKEN and is sent to the forge's API alone. Needs nothing but Python. The review is in
comment.md whatever happens here, so a token that may not write (a fork's) is a line in the log, not a failure.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COMMENT = Path("comment.md")
MARK = "<!-- tenfold diff -->"  # not read from comment.md, which a pull request could lead to another comment
UNCHANGED = "<!-- tenfold: nothing changed -->"
SECONDS = 30
PAGE = 100  # comments that both forges give at once, at most


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to another host."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> None:
        return None


class Forge:
    def __init__(self, comments: str, headers: dict[str, str], update: str, is_ours: Callable[[Any], bool]):
        """`comments`: the URL that lists and takes them. `update`: the method that changes one."""
        self.comments, self.headers, self.update, self.is_ours = comments, headers, update, is_ours

    def ask(self, method: str, url: str, body: str | None = None) -> Any:
        data = None if body is None else json.dumps({"body": body}).encode()
        headers = {**self.headers, "Content-Type": "application/json", "User-Agent": "tenfold"}
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.build_opener(Stay).open(request, timeout=SECONDS) as answer:
            return json.load(answer)

    def all(self) -> Iterator[Any]:
        page = 1
        while several := self.ask("GET", f"{self.comments}?per_page={PAGE}&page={page}"):
            yield from several
            if len(several) < PAGE:
                return
            page += 1

    def publish(self, text: str) -> str:
        """What was done, in words."""
        earlier = next((each for each in self.all() if each["body"].startswith(MARK) and self.is_ours(each)), None)
        if earlier is None and UNCHANGED in text:
            return "Nothing changes, and there is no comment to update."
        if earlier is None:
            self.ask("POST", self.comments, text)
            return "Commented."
        if earlier["body"].strip() == text.strip():
            return "The comment says it already."
        self.ask(self.update, self.one(earlier["id"]), text)
        return "The comment was updated."

    def one(self, number: int) -> str:
        return f"{self.comments}/{number}"


class GitHub(Forge):
    def __init__(self) -> None:
        self.issues = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
        headers = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
        comments = f"{self.issues}/{os.environ['PULL_REQUEST']}/comments"
        super().__init__(comments, headers, "PATCH", lambda comment: comment["user"]["type"] == "Bot")

    def one(self, number: int) -> str:
        return f"{self.issues}/comments/{number}"


class GitLab(Forge):
    def __init__(self) -> None:
        api, project = os.environ["CI_API_V4_URL"], os.environ["CI_PROJECT_ID"]
        notes = f"{api}/projects/{project}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
        super().__init__(notes, {"PRIVATE-TOKEN": os.environ["TENFOLD_COMMENT_TOKEN"]}, "PUT", self._is_mine)
        self.me = self.ask("GET", f"{api}/user")["id"]

    def _is_mine(self, note: Any) -> bool:
        return note["author"]["id"] == self.me


FORGES = {"github": (GitHub, "GITHUB_TOKEN"), "gitlab": (GitLab, "TENFOLD_COMMENT_TOKEN")}


def main(name: str) -> int:
    forge, token = FORGES[name]
    if not os.environ.get(token):
        print(f"There is no {token}: no comment, the review is in comment.md.")
        return 0
    try:
        print(forge().publish(COMMENT.read_text(encoding="utf-8")))
    except urllib.error.HTTPError as refused:
        print(f"{refused.url}: {refused.code} {refused.reason}; the review is in comment.md.")
        return 0 if refused.code in (401, 403) else 1
    except OSError as unreachable:
        print(f"The forge does not answer: {unreachable}; the review is in comment.md.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
