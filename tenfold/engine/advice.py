"""The engine's advice is for people who run `pulumi` themselves: its commands know another backend and passphrase than
ours, and some lift a protection without a question."""

import re

_PROTECTED = "{urn} is protected; `tenfold up` with --accept-loss '{urn}' gives it up for good."
_OURS = (
    (re.compile(r'resource "(?P<urn>[^"]+)".*? as it is currently marked for protection', re.DOTALL), _PROTECTED),
    (re.compile(r'resource "(?P<urn>[^"]+)" cannot be deleted\s+because it is protected', re.DOTALL), _PROTECTED),
    (
        re.compile(r"backend \S+ does not support environments"),
        "`environment:` in the stack's file names an environment of Pulumi ESC, and only Pulumi Cloud has those: "
        "PULUMI_BACKEND_URL=https://api.pulumi.com, or values by `pulumi config set --secret`.",
    ),
    (
        re.compile(r"with (?P<number>\d+) pending operations? from previous deployment"),
        "An interrupted run left {number} operations unfinished; the same command again resumes it.",
    ),
)
_ADVICE = re.compile(
    r"(?:pulumi|Pulumi CLI)\s+"
    r"(?:about|cancel|config|destroy|import|install|login|logout|new|plugin|preview|refresh|stack|state|up|whoami)\b"
)


def translate_commands(message: str) -> str:
    """The message without the engine's own commands. A sentence that names one goes; one of ours stands for what is
    known."""
    for pattern, ours in _OURS:
        if match := pattern.search(message):
            return ours.format(**match.groupdict())
    if not _ADVICE.search(message):
        return message
    lines = [_without_advice(line) for line in message.splitlines()]
    return "\n".join(line for line in lines if line.strip()) or "The engine refuses this; it names no reason."


def _without_advice(line: str) -> str:
    sentences = re.split(r"(?<=[.;:!])\s+", line)
    return " ".join(sentence for sentence in sentences if not _ADVICE.search(sentence))
