"""Cron expressions of EventBridge: `cron(minutes hours day-of-month month day-of-week year)` (EventBridge User Guide,
"Creating a rule that runs on a schedule")."""

import re

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
# (name, least, most, words that stand for numbers from the least on, wildcards beside `,`, `-`, `*` and `/`)
_FIELDS = (
    ("minute", 0, 59, [], ""),
    ("hour", 0, 23, [], ""),
    ("day of the month", 1, 31, [], "?LW"),
    ("month", 1, 12, _MONTHS, ""),
    ("day of the week", 1, 7, _DAYS, "?L#"),
    ("year", 1970, 2199, [], ""),
)


def complaint(expression: str) -> str:
    """What is wrong with it, nothing where it is right or is no cron expression of six fields."""
    match = re.fullmatch(r"cron\((\S+ \S+ \S+ \S+ \S+ \S+)\)", expression)
    if not match:
        return ""
    fields = match[1].split()
    for (name, least, most, words, wild), text in zip(_FIELDS, fields, strict=True):
        for part in text.split(","):
            if not _fits(part, least, most, words, wild):
                return f"{part!r} is not valid as the {name}, {least} to {most}"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "exactly one of day of the month and day of the week is `?`, such as cron(0 8 * * ? *)"
    return ""


def _fits(part: str, least: int, most: int, words: list[str], wild: str) -> bool:
    if part == "*" or (part == "?" and "?" in wild):
        return True
    span, slash, step = part.partition("/")
    if slash and not (step.isdigit() and int(step) > 0):
        return False
    if "L" in wild and re.fullmatch(r"L|LW|L-\d+|\w+L", span):
        return True
    if "W" in wild and re.fullmatch(r"\d+W", span):
        return True
    if "#" in wild:
        span = re.sub(r"#[1-5]$", "", span)
    ends = [words.index(end.upper()) + least if end.upper() in words else end for end in span.split("-")]
    return span == "*" or (len(ends) <= 2 and all(str(end).isdigit() and least <= int(end) <= most for end in ends))
