"""The local cloud serves programs on this machine. It serves no web page, whatever way a browser has to reach it."""

import http.client
import json
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tenfold.local.aws import Handlers
from tests.local.kills import cloud
from tests.local.world import REGION

NAME = "key-of-these-tests"  # the memory is this process's: it may be there already
SECRET = json.dumps({"SecretId": NAME})
READ = {"X-Amz-Target": "secretsmanager.GetSecretValue", "Content-Type": "application/x-amz-json-1.1"}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/secretsmanager/aws4_request, Signature=b"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with cloud() as endpoint:
        call = Handlers(endpoint).clients.call
        with suppress(ClientError):
            call("secretsmanager", REGION, "CreateSecret", {"Name": NAME, "SecretString": "hush"})
        yield urlsplit(endpoint).netloc


def ask(address: str, method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, str, list[str]]:
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), [name.lower() for name, _ in answer.getheaders()]
    finally:
        connection.close()


def test_a_program_reads_a_secret_and_no_header_lets_a_page_read_it(address: str) -> None:
    status, text, headers = ask(address, "POST", "/", READ | SIGNED, SECRET)
    assert status == 200 and "hush" in text
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example:4580"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:4580"},
        {"Host": ""},
    ],
)
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "GET"])
def test_a_web_page_is_refused(address: str, method: str, sent: dict[str, str]) -> None:
    status, text, headers = ask(address, method, "/", READ | SIGNED | sent, SECRET)
    assert status == 403 and "refused by the local cloud" in text and "hush" not in text
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize("page", ["reset", "reset-auth", "seed?a=42", "data.json", "recorder/start-recording", ""])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_motos_own_pages_are_closed(address: str, method: str, page: str) -> None:
    assert ask(address, method, f"/moto-api/{page}", {})[0] == 403
    assert ask(address, "POST", "/", READ | SIGNED, SECRET)[0] == 200, "nothing was forgotten"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:4580", "pictures.localhost:4580"])
def test_the_ways_an_aws_client_addresses_it(address: str, host: str) -> None:
    assert ask(address, "POST", "/", READ | SIGNED | {"Host": host}, SECRET)[0] != 403


def test_a_page_cannot_close_a_provider(address: str) -> None:
    assert ask(address, "POST", "/tenfold/providers/a", {"Origin": "https://evil.example"})[0] == 403
    assert ask(address, "GET", "/tenfold/providers/a", {})[0] != 200
