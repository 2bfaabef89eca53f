"""How a secret looks: the names of variables that hold one, and the values that providers issue."""

import re

# Compiled at the first use: most blueprints have no variables.
_NAME = (
    r"(.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION)_?KEY)"
)
# The prefixes of well-known issuers, keys in PEM, and addresses with a password in them.
_VALUE = (
    r"(AKIA|ASIA)[A-Z0-9]{16}|(sk|rk)_(live|test)_\w{8,}|sk-[\w-]{20,}|gh[pousr]_\w{20,}|github_pat_\w{20,}"
    r"|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|SG\.[\w-]{16,}\..*|AIza[\w-]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*|\w[\w+.-]*://[^/\s:@]*:[^/\s:@]+@.*"
)
_HARMLESS = r"true|false|yes|no|on|off|none|[\d.]{1,6}\w?|arn:.*|/.*|https?://[^@]*"


def looks_secret(name: str, value: object) -> bool:
    """Whether `name: value` of a plain variable looks like a secret: `DATABASE_PASSWORD`, or a value like `sk_live_…`.
    Not `TOKEN_TTL`, nor a key whose value is a path, an ARN, a number or a switch."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    if re.fullmatch(_VALUE, text):
        return True
    return bool(re.fullmatch(_NAME, name) and not re.fullmatch(_HARMLESS, text, re.IGNORECASE))


def is_value_instead_of_name(text: str) -> bool:
    """Whether a text in place of a variable's name is rather the secret itself, or a name together with one."""
    mixed = len(text) >= 20 and " " not in text and re.search(r"\d", text) and re.search(r"[A-Za-z]", text)
    return "=" in text or looks_secret("", text) or bool(mixed)
