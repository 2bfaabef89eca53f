"""A region that answers nothing, over HTTP as the engine and everybody else meets it."""

import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from werkzeug.serving import make_server

from tenfold.local import regions, serve


@pytest.fixture
def endpoint() -> Iterator[str]:
    from moto.moto_api._internal.models import moto_api_backend

    server = make_server("127.0.0.1", 0, serve.application("lost"), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    regions.LOST.clear()
    server.shutdown()
    moto_api_backend.reset()


def client(endpoint: str, service: str, region: str) -> Any:
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    settings = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, region, endpoint_url=endpoint, config=settings, **keys)


def test_a_lost_region_answers_nothing_and_has_everything_when_it_is_back(endpoint: str) -> None:
    here, there = client(endpoint, "sqs", "eu-west-1"), client(endpoint, "sqs", "eu-central-1")
    here.create_queue(QueueName="orders")
    assert regions.ask(endpoint, "POST", "eu-west-1") == ["eu-west-1"]
    with pytest.raises(ClientError, match="503"):
        here.list_queues()
    there.create_queue(QueueName="orders")
    assert regions.ask(endpoint, "DELETE", "eu-west-1") == []
    assert len(here.list_queues()["QueueUrls"]) == 1


def test_without_us_east_1_what_is_global_is_read_and_not_changed(endpoint: str) -> None:
    dns, roles = client(endpoint, "route53", "us-east-1"), client(endpoint, "iam", "us-east-1")
    dns.create_hosted_zone(Name="example.com", CallerReference="1")
    regions.ask(endpoint, "POST", "us-east-1")
    assert len(dns.list_hosted_zones()["HostedZones"]) == 1
    assert roles.list_roles()["Roles"] == []
    with pytest.raises(ClientError, match="503"):
        dns.create_hosted_zone(Name="example.org", CallerReference="2")
    with pytest.raises(ClientError, match="503"):
        roles.create_group(GroupName="team")


def test_objects_for_a_lost_region_wait_for_it(endpoint: str) -> None:
    here, there = client(endpoint, "s3", "us-east-1"), client(endpoint, "s3", "us-west-2")
    here.create_bucket(Bucket="here")
    there.create_bucket(Bucket="there", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    for one, name in ((here, "here"), (there, "there")):
        one.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": "arn:aws:s3:::here"},
    }
    role = "arn:aws:iam::123456789012:role/replication"
    there.put_bucket_replication(Bucket="there", ReplicationConfiguration={"Role": role, "Rules": [rule]})
    regions.ask(endpoint, "POST", "us-east-1")
    there.put_object(Bucket="there", Key="a", Body=b"1")
    regions.ask(endpoint, "DELETE", "us-east-1")
    assert here.get_object(Bucket="here", Key="a")["Body"].read() == b"1"
