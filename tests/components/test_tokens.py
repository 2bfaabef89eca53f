"""Signing keys: KMS alone signs, servers verify by themselves, and a rotation signs nobody out."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.tokens import Tokens, TokensArgs, key_policy, statements


def tokens(generation: int = 1, **args: bool) -> Graph:
    inputs: Any = {"generation": generation, "tags": {"app": "shop"}, **args}

    def program() -> dict[str, object]:
        made = Tokens("shop-tokens", inputs)
        return {"signs": made.key_arn, "verify": made.verify_key_arns}

    return record(program)


def numbers(graph: Graph) -> list[int]:
    return sorted(int(name.rpartition("-")[2]) for name in graph.names("kms/key:Key"))


def test_keys_sign_and_cannot_be_read() -> None:
    graph = tokens()
    assert_house_rules(graph, "shop-tokens")
    key = graph["shop-tokens-key-1"]
    assert (key.inputs["keyUsage"], key.inputs["customerMasterKeySpec"]) == ("SIGN_VERIFY", "ECC_NIST_P256")
    assert key.inputs["multiRegion"] and key.inputs["deletionWindowInDays"] == 30


def test_the_next_key_is_known_before_it_signs() -> None:
    assert numbers(tokens(1)) == [1, 2]
    for generation in (2, 3, 9):
        graph = tokens(generation)
        assert numbers(graph) == [generation - 1, generation, generation + 1]
        assert graph.result["signs"].endswith(f"key-{generation}")
        known = {arn.rpartition("-")[2] for arn in tokens(generation - 1).result["verify"]}
        assert str(generation) in known, "a server that still runs knows the key that signs now"
        assert str(generation - 1) in {arn.rpartition("-")[2] for arn in graph.result["verify"]}, "old tokens are valid"


def test_what_signs_is_protected_and_what_has_signed_may_go() -> None:
    graph = tokens(3)
    assert [graph[f"shop-tokens-key-{n}"].protect for n in (2, 3, 4)] == [False, True, True]
    assert not any(key.protect for key in tokens(3, throwaway=True))


def test_a_role_signs_with_one_key_and_reads_the_public_halves_of_all() -> None:
    sign, read = statements("arn:one", ["arn:one", "arn:two"])
    assert (sign["Action"], sign["Resource"]) == (["kms:Sign"], "arn:one")
    assert (read["Action"], read["Resource"]) == (["kms:GetPublicKey"], ["arn:one", "arn:two"])


def test_the_key_s_policy_has_no_action_that_such_a_key_lacks() -> None:
    actions = {action for statement in key_policy("123456789012") for action in statement["Action"]}
    assert not {a for a in actions if "Rotat" in a or "Encrypt" in a or "DataKey" in a}
    assert "kms:ScheduleKeyDeletion" in actions and "kms:Sign" in actions


def test_there_is_no_generation_before_the_first() -> None:
    with pytest.raises(ValueError, match="the first is 1"):
        tokens(0)


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-tokens-key-1" in example("tokens")
    assert documented_arguments("tokens") >= set(TokensArgs.__annotations__)


class OneKey:
    """KMS in any region, with a multi-Region key that has the same material in all of them."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def sign(self, **asked: str | bytes) -> dict[str, bytes]:
        assert (asked["MessageType"], asked["SigningAlgorithm"]) == ("DIGEST", "ECDSA_SHA_256")
        digest = asked["Message"]
        assert isinstance(digest, bytes)
        return {"Signature": self.key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))}

    def get_public_key(self, **asked: str) -> dict[str, bytes]:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return {"PublicKey": self.key.public_key().public_bytes(serialization.Encoding.DER, form)}


def test_a_token_of_the_first_region_is_good_in_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of the page, as it is."""
    page = (Path(__file__).parents[2] / "docs/components/tokens.md").read_text()
    code = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert code
    page_s: dict = {}
    exec(code[1], page_s)
    kms = OneKey()
    monkeypatch.setattr(page_s["boto3"], "client", lambda service: kms)
    first, second = (f"arn:aws:kms:{region}:123456789012:key/mrk-1" for region in ("us-east-1", "us-west-2"))
    monkeypatch.setenv("TOKEN_KEY_ARN", first)
    head, claims, signature = page_s["sign"]({"sub": "ada"}).split(".")

    monkeypatch.setenv("TOKEN_VERIFY_KEY_ARNS", f"{second},{second}2")
    known = page_s["public_keys"]()
    public = serialization.load_der_public_key(known[json.loads(plain(head))["kid"]])
    assert isinstance(public, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(plain(signature)[at : at + 32], "big") for at in (0, 32))
    public.verify(utils.encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(plain(claims))["sub"] == "ada"


def plain(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
