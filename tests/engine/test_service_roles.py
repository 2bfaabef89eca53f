"""A role that AWS wants in the account before the first resource of a kind: looked for before anything is made."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tenfold import exits
from tenfold.diff import Difference
from tenfold.diff.compare import compare
from tenfold.engine import workspace
from tenfold.failure import Failure
from tenfold.graph import Graph
from tenfold.refusals import service_roles
from tests.stacks.graphs import Case, graph


def place(cloud: Any = None) -> workspace.Place:
    return workspace.Place("market-prod", Path("/nowhere"), "file:///nowhere", cloud)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture(scope="module")
def first() -> Difference:
    """The first `up` of the example with a search domain."""
    return compare(Graph({}), graph(Case("market", 6, "prod")))


def check(difference: Difference, cloud: Any = None) -> None:
    service_roles.refuse_missing(place(cloud), "us-east-1", difference)


def test_the_first_domain_of_an_account_is_refused_with_the_line_that_helps(first: Difference) -> None:
    with mock_aws(), pytest.raises(Failure) as refused:
        check(first)
    assert refused.value.code == exits.REFUSED and "market-service-search-search-domain" in refused.value.what
    line = "aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com"
    assert line in refused.value.remedies


@pytest.mark.parametrize("service", ["opensearchservice.amazonaws.com", "es.amazonaws.com"])
def test_with_the_role_it_goes_on(first: Difference, service: str) -> None:
    names = {"es.amazonaws.com": "AWSServiceRoleForAmazonElasticsearchService"}
    name = names.get(service, "AWSServiceRoleForAmazonOpenSearchService")
    with mock_aws():  # whose own name for these roles is not AWS's
        path = f"/aws-service-role/{service}/"
        boto3.client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument="{}")
        check(first)


def test_nobody_is_asked_where_nothing_new_needs_it(first: Difference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "client", lambda *a, **k: pytest.fail("asked AWS"))
    check(compare(first.after, first.after))
    check(compare(Graph({}), graph(Case("iot", 6, "prod"))))
    check(first, cloud=object())


def test_who_may_not_look_goes_on(first: Difference, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    def refused(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole")

    monkeypatch.setattr(boto3, "client", lambda *_, **__: type("IAM", (), {"get_role": refused}))
    check(first)
