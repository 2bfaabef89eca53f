"""Texts that look like a secret itself. They are never repeated in a message: logs of build machines keep those."""

import re

# How issuers mark what they issue: Stripe, GitHub, GitLab, Slack, AWS, Google, npm, SendGrid, private keys, JWTs, and a
# password in an address.
_MARKS = re.compile(
    r"(sk|rk|pk|whsec)_(live|test)_\w+|whsec_\w{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{8,}"
    r"|(AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|[a-z][a-z0-9+]*://[^/\s:@]+:[^/\s@]+@.+"
)


def looks_secret(text: str) -> bool:
    """Whether a value carries the mark of an issuer of secrets."""
    return bool(_MARKS.match(text.strip()))


def in_place_of_a_name(text: str) -> bool:
    """Whether a text that is not a name of a variable is rather a secret, or a name together with one."""
    mixed = len(text) >= 20 and re.search(r"\d", text) and re.search(r"[A-Za-z]", text) and " " not in text
    return "=" in text or looks_secret(text) or bool(mixed)
