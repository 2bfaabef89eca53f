"""Secrets in clear: plain variables whose name or value says that they are one."""

import re
from collections.abc import Iterator

from blueprints.rules.scene import Finding, Scene

_NAME = re.compile(
    r"(.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION)_?KEY)"
)
# What providers put in front of theirs, keys in PEM, and addresses with a password in them.
_VALUE = re.compile(
    r"(AKIA|ASIA)[A-Z0-9]{16}|(sk|rk)_(live|test)_\w{8,}|sk-[\w-]{20,}|gh[pousr]_\w{20,}|github_pat_\w{20,}"
    r"|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|SG\.[\w-]{16,}\..*|AIza[\w-]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*|\w[\w+.-]*://[^/\s:@]*:[^/\s:@]+@.*"
)
_HARMLESS = re.compile(r"true|false|yes|no|on|off|none|[\d.]{1,6}\w?|arn:.*|/.*|https?://[^@]*", re.IGNORECASE)


def telling(name: str, value: object) -> bool:
    """Whether `name: value` of a plain variable looks like a secret. `DATABASE_PASSWORD`, `sk_live_…`; not `TOKEN_TTL`,
    nor a key that is a path, an ARN, a number or a switch."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    if _VALUE.fullmatch(text):
        return True
    return bool(_NAME.fullmatch(name) and not _HARMLESS.fullmatch(text))


def in_place_of_a_name(text: str) -> bool:
    """Whether a text that is not a name of a variable is rather a secret, or a name together with one."""
    mixed = len(text) >= 20 and " " not in text and re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    return "=" in text or telling("", text) or bool(mixed)


def secrets_are_not_plain(s: Scene) -> Iterator[Finding]:
    for name, value in s.architecture.app.env.items():
        if telling(name, value) and name not in s.architecture.app.secrets:
            message = (
                f"`{name}` looks like a secret; in `env` everybody who reads the file, or Parameter Store, sees it."
            )
            hint = f"Write `app: {{secrets: [{name}]}}` and store its value in Secrets Manager."
            yield Finding("TF-O005", ("app", "env", name), message, hint, key=True)
