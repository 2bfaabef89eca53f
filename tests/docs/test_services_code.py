"""The code of docs/services.md reads a secret as the page says: by its ARN, at Secrets Manager."""

import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

PAGE = Path(__file__).parents[2] / "docs" / "services.md"


@mock_aws
def test_a_pod_reads_its_secret_and_its_database_s_login(monkeypatch: pytest.MonkeyPatch) -> None:
    client = boto3.client("secretsmanager", region_name="us-east-1")
    login = json.dumps({"username": "root", "password": "p/w@:"})
    arns = {
        key: client.create_secret(Name=key, SecretString=value)["ARN"]
        for key, value in (("API_KEY", "k1"), ("DATABASE", login))
    }
    names: dict[str, Any] = {}
    exec("\n".join(re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)), names)
    place = {"HOST": "db.internal", "PORT": "5432", "NAME": "shop_search"}
    settings = {f"DATABASE_{key}": value for key, value in place.items()} | {"APP_REGION": "us-east-1"}
    for key, value in (settings | {f"{key}_SECRET_ARN": arn for key, arn in arns.items()}).items():
        monkeypatch.setenv(key, value)

    assert names["secret"]("API_KEY") == "k1"
    client.put_secret_value(SecretId="API_KEY", SecretString="k2")
    assert names["secret"]("API_KEY") == "k2", "rotated"
    assert names["database_url"]() == "postgresql://root:p%2Fw%40%3A@db.internal:5432/shop_search?sslmode=require"
