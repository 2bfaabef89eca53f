"""Numbers and times in words."""

from datetime import UTC, datetime


def moment(iso: str | datetime) -> str:
    """`2026-11-28 03:11:41 UTC`, of a time with its zone. Raises ValueError for a text that is none."""
    at = datetime.fromisoformat(iso) if isinstance(iso, str) else iso
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def quantity(number: int, word: str) -> str:
    """`1 key`, `2 keys`, `2 policies`, `3 addresses`, `2,000 keys`."""
    if number == 1:
        return f"1 {word}"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{number:,} {word[:-1]}ies"
    return f"{number:,} {word}{'es' if word.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
