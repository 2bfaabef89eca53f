"""The kubeconfig of a cluster: whole, and without a secret."""

import json

from recording import record

from tenfold.components.parts.kubeconfig import kubeconfig


def test_it_says_where_the_cluster_is_and_how_to_ask_for_a_token() -> None:
    text = record(lambda: kubeconfig("shop", "https://127.0.0.1:6443", "Q0E=", "eu-west-1")).result
    config = json.loads(text)
    assert config["current-context"] == "shop"
    assert config["clusters"] == [
        {"name": "shop", "cluster": {"server": "https://127.0.0.1:6443", "certificate-authority-data": "Q0E="}}
    ]
    asking = config["users"][0]["user"]["exec"]
    assert [asking["command"], *asking["args"]] == [
        *("aws", "eks", "get-token", "--cluster-name", "shop", "--region", "eu-west-1", "--output", "json")
    ]
    assert "token" not in config["users"][0]["user"]
