"""A secret made once by Secrets Manager's own generator and kept: for what no service makes and rotates by itself."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name
from tenfold.components.parts.order import after


class Kept(NamedTuple):
    arn: pulumi.Output[str]
    """Known only once it has a value."""
    text: pulumi.Output[str]
    """The JSON that is kept, a secret."""

    def field(self, key: str) -> pulumi.Output[str]:
        """One field of it. In a plan, where nothing is kept yet, the stand-in of the whole."""

        def read(text: str) -> str:
            try:
                return json.loads(text)[key]
            except ValueError:
                return text

        return self.text.apply(read)


Copies = Mapping[str, pulumi.Input[str]]
"""Other regions that have the same secret, each with the ARN of a key there."""


def replicas(copies: Copies | None) -> Any:
    """Of a secret, as the provider takes them."""
    return [{"region": region, "kms_key_id": key} for region, key in copies.items()] if copies else None


def kept_secret(
    name: str,
    shape: Callable[[pulumi.Output[str]], Mapping[str, Any]],
    *,
    length: int,
    generation: int = 1,
    kms_key_arn: pulumi.Input[str],
    throwaway: bool,
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
    copies: Copies | None = None,
) -> Kept:
    """The secret `name` below `parent`; its value is the JSON of `shape(text)`, `text` being `length` random letters
    and digits. Every run of the program draws another one; what counts is the first one of a `generation`
    (`ignore_changes`). The next generation is another version of the same secret, and becomes the current one. In the
    state it is encrypted, as everything that is secret. Raises ValueError for a generation below 1."""
    if generation < 1:
        raise ValueError(f"generation: {generation}; the first is 1.")
    invoke = pulumi.InvokeOptions(parent=parent)
    drawn = aws.secretsmanager.get_random_password(password_length=length, exclude_punctuation=True, opts=invoke)
    secret = aws.secretsmanager.Secret(
        name,
        kms_key_id=kms_key_arn,
        recovery_window_in_days=0 if throwaway else 30,  # days in which a deleted secret can be restored
        replicas=replicas(copies),
        tags=tags_with_name(tags, name),
        opts=pulumi.ResourceOptions(parent=parent, protect=not throwaway),
    )
    version = aws.secretsmanager.SecretVersion(
        f"{name}-value" if generation == 1 else f"{name}-value-{generation}",
        secret_id=secret.id,
        secret_string=pulumi.Output.json_dumps(dict(shape(pulumi.Output.secret(drawn.random_password)))),
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=["secretString"]),
    )
    return Kept(after(secret.arn, version), pulumi.Output.secret(version.secret_string.apply(lambda text: text or "")))
