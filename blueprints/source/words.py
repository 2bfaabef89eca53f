"""Words for messages: a list as a sentence has it, and the known names most like a misspelt one."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The known words most like this one, at most `count`; empty when nothing is alike."""
    import difflib  # late: 1 ms that only mistakes need

    spelled = {name.lower(): name for name in known}
    return [spelled[match] for match in difflib.get_close_matches(word.lower(), spelled, n=count, cutoff=0.6)]


def one_of(names: Iterable[object]) -> str:
    """`a, b or c`."""
    words = [str(name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
