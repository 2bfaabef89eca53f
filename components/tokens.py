"""Tokens: the keys that sign stateless sessions, so that no server and no store has to remember a visitor."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.encryption import ADMINISTER
from tenfold.components.parts import policies
from tenfold.components.parts.component import Component

SPEC = "ECC_NIST_P256"  # ES256 of JSON Web Tokens (RFC 7518, 3.4)


class TokensArgs(TypedDict):
    generation: NotRequired[int]
    """Which key signs, from 1. Add one to rotate: the next key signs, the previous one still verifies. Default: 1.
    Change: in place; the key before the previous one is deleted, after its waiting time."""
    source_arns: NotRequired[dict[str, pulumi.Input[str]]]
    """Keys of another region by generation, `key_arns` of its Tokens: these are their replicas then, so that one region
    takes the tokens of the other. Default: keys of its own. Change: **replaces every key**."""
    throwaway: NotRequired[bool]
    """No protection, and a deleted key can be restored for 7 days instead of 30. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On every key. Default: none. Change: in place."""


class Tokens(Component[TokensArgs]):
    """Asymmetric signing keys of KMS: one that signs, the one before it, and the one that will sign next.

    Only KMS can sign, once for each sign-in; the private keys never leave it. Servers verify by themselves with the
    public keys, which are no secret, so a request costs no call. The next key is published before it signs: at a
    rotation every server knows it already, and nobody is signed out. Raises ValueError for a generation below 1.
    """

    key_arn: pulumi.Output[str]
    """ARN of the key that signs."""
    verify_key_arns: pulumi.Output[list[str]]
    """Every key that a valid token may carry."""
    key_arns: dict[str, pulumi.Output[str]]
    """The same, by generation."""

    def __init__(self, name: str, args: TokensArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        generation = args.get("generation", 1)
        if generation < 1:
            raise ValueError(f"generation: {generation}; the first is 1.")
        invoke = self._call()
        account, partition = aws.get_caller_identity(opts=invoke).account_id, aws.get_partition(opts=invoke).partition
        policy = policies.text(key_policy(account, partition))
        keys = {
            number: self._key(name, args, number, policy, protect=number >= generation)
            for number in generations(generation)
        }
        self.key_arns = {str(number): key.arn for number, key in keys.items()}
        self.key_arn = keys[generation].arn
        self.verify_key_arns = pulumi.Output.all(*self.key_arns.values())
        self._register()

    def _key(
        self, name: str, args: TokensArgs, number: int, policy: str, *, protect: bool
    ) -> aws.kms.Key | aws.kms.ReplicaKey:
        throwaway, child = args.get("throwaway", False), f"{name}-key-{number}"
        common: dict[str, Any] = {
            "description": f"Signs tokens of {name.removesuffix('-tokens')}, generation {number}",
            "deletion_window_in_days": 7 if throwaway else 30,  # days; KMS allows 7 to 30
            "policy": policy,
            "tags": self._tags(child),
        }
        if "source_arns" in args:  # not protected: replicated again, it signs as the one before
            source = args["source_arns"][str(number)]
            return aws.kms.ReplicaKey(child, primary_key_arn=source, **common, opts=self._child())
        return aws.kms.Key(
            child,
            key_usage="SIGN_VERIFY",
            customer_master_key_spec=SPEC,
            multi_region=True,  # cannot be changed later, and a second region must accept the tokens of the first
            **common,
            opts=self._child(protect=protect and self._keeps),
        )


def generations(current: int) -> range:
    """Those that have a key: the one before, the current one, and the next."""
    return range(max(1, current - 1), current + 2)


def key_policy(account: str, partition: str = "aws") -> list[policies.Statement]:
    """Administrators manage; roles whose own policy allows it sign and verify. `*` is the key itself."""
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    use = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"]
    manage = [f"kms:{action}" for action in ADMINISTER if "Rotat" not in action]  # KMS rotates no asymmetric key
    return [
        policies.allow("Administration", manage, "*", principal=root),
        policies.allow("UseByRoles", use, "*", principal=root),
    ]


def statements(key_arn: pulumi.Input[str], verify_key_arns: pulumi.Input[list[str]]) -> list[policies.Statement]:
    """For a role that signs and verifies: signing with the current key only."""
    return [
        policies.allow("SignTokens", ["kms:Sign"], key_arn),
        policies.allow("ReadTokenKeys", ["kms:GetPublicKey"], verify_key_arns),
    ]
