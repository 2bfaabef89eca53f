"""Words with a number before them."""


def counted(number: int, word: str) -> str:
    """`1 key`, `2 keys`, `2 policies`, `3 addresses`, `2,000 keys`."""
    if number == 1:
        return f"1 {word}"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{number:,} {word[:-1]}ies"
    return f"{number:,} {word}{'es' if word.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
