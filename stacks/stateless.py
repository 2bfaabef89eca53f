"""What lets servers come and go: keys that sign sessions, and a bucket for uploads."""

from dataclasses import field
from typing import Any

from blueprints.value import Value
from components import tokens, uploads
from components.encryption import Encryption
from components.plans import contract
from components.tokens import Tokens
from components.uploads import Uploads
from stacks.base import Base


class Stateless(Value):
    """As `Data`: settings for the application, statements for the hosts' role, outputs of the stack."""

    settings: dict[str, Any] = field(default_factory=dict)
    statements: list[Any] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)


def stateless(given: Base, encryption: Encryption) -> Stateless:
    wanted, found = given.architecture, Stateless()
    if wanted.sessions.signing_key is not None:
        keys = Tokens(given.name("tokens"), given.keeping(generation=wanted.sessions.signing_key), given.options)
        found.settings.update(contract.tokens(keys.key_arn, keys.verify_key_arns))
        found.statements.extend(tokens.statements(keys.key_arn, keys.verify_key_arns))
    if wanted.uploads:
        origins = {"origins": [f"https://{wanted.domain}"]} if wanted.domain else {}
        args = given.keeping(kms_key_arn=encryption.key_arn, keep=wanted.uploads.keep, **origins)
        bucket = Uploads(given.name("uploads"), args, given.options)
        found.settings.update(contract.uploads(bucket.bucket))
        found.statements.extend(uploads.statements(bucket.arn, encryption.key_arn))
        found.outputs["uploads"] = bucket.bucket
    return found
