"""The one exception a command ends with: what happened, why, and what to do about it. Never shown as a traceback."""

from tenfold import exits


class Failure(Exception):
    """`remedies` are complete sentences or commands; `code` is one of `tenfold.exits`."""

    def __init__(self, what: str, *, why: str = "", remedies: tuple[str, ...] = (), code: int = exits.FAILED):
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedies = remedies
        self.code = code
