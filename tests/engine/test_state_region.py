"""A stack that outlives a region has its state, and the key of its secrets, in another one."""

from pathlib import Path

import pytest

from tenfold.blueprints.resolve import load
from tenfold.engine import state_region, workspace

BLUEPRINT = """name: shop
stage: {stage}
owner: me@example.com
region: us-east-1
app: {{image: "ghcr.io/acme/shop:1", stateless: true}}
"""
SECOND = "regions: {standby: {region: us-west-2, mode: warm}}\n"
ARN = "awskms:///arn:aws:kms:us-east-1:123456789012:key/k"


def at_risk(tmp_path: Path, stage: int, backend: str, key: str = "") -> list[str]:
    file = tmp_path / "shop.yaml"
    file.write_text(BLUEPRINT.format(stage=stage) + (SECOND if stage == 7 else ""))
    architecture = load(file).architecture
    assert architecture
    (tmp_path / "Pulumi.shop-prod.yaml").write_text(f"secretsprovider: {key}\n" if key else "config: {}\n")
    return state_region.at_risk(workspace.Place("shop-prod", tmp_path, backend, None), architecture)


@pytest.mark.parametrize(
    ("stage", "backend", "key", "parts"),
    [
        (7, "s3://state?region=us-east-1", "", ["the state is in us-east-1 (s3://state)"]),
        (7, "s3://state", "", ["the state is in us-east-1 (s3://state)"]),
        (7, "s3://state?region=eu-west-1", "", []),
        (7, "s3://state?region=eu-west-1", "awskms://alias/state?region=us-east-1", ["the key of its secrets"]),
        (7, "s3://state?region=eu-west-1", ARN, ["the key of its secrets"]),
        (7, "s3://state?region=eu-west-1", "awskms://alias/state?region=eu-west-1", []),
        (7, "https://api.pulumi.com", "", []),
        (5, "s3://state?region=us-east-1", "", []),
    ],
)
def test_what_goes_with_the_first_region_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: int, backend: str, key: str, parts: list[str]
):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    said = at_risk(tmp_path, stage, backend, key)
    assert len(said) == len(parts) and all(text.startswith(part) for text, part in zip(said, parts, strict=True))
