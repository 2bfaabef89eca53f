"""Several refusals at once, as the end of a command."""

from collections.abc import Sequence

from tenfold import exits
from tenfold.diff.model import Refusal
from tenfold.failure import Failure


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raises `Failure` (refused) with all of them."""
    if not refusals:
        return
    if len(refusals) == 1:
        raise Failure(refusals[0].what, why=refusals[0].why, remedies=(refusals[0].instead,), code=exits.REFUSED)
    raise Failure(
        f"{len(refusals)} things prevent this.",
        why="\n".join(f"{one.what} ({one.why})" for one in refusals),
        remedies=tuple(one.instead for one in refusals),
        code=exits.REFUSED,
    )
