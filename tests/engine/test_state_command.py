"""`tenfold state`: what is wrong with a state is said, and a copy is put back without losing what was there."""

import gzip
import json
import os
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from test_backend import STACK, URN, place, state, write  # beside this file

from tenfold import cli, deployment, exits
from tenfold.commands import state as command
from tenfold.commands import status
from tenfold.engine import copies, driver, resume, workspace
from tenfold.failure import Failure
from tenfold.local import server

BUCKET = {"urn": f"{URN}aws:s3/bucket:Bucket::shop-uploads", "type": "aws:s3/bucket:Bucket", "id": "u", "custom": True}
ORPHAN = {**BUCKET, "parent": f"{URN}tenfold:index:Uploads::shop-uploads"}
BEGUN = {"type": "creating", "resource": {"urn": BUCKET["urn"], "type": BUCKET["type"]}}


@pytest.fixture
def where(tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))
    found = replace(place((tmp_path / "a b").as_uri()), flags="shop.yaml --env prod")
    monkeypatch.setattr(deployment, "prepare", lambda *_: SimpleNamespace(where=found))
    return found


@pytest.fixture
def typed(where):
    def run(*args, answer=None):
        """Exit code and what was said; a `Failure` is shown as the command line shows it."""
        try:
            done = CliRunner().invoke(
                command.command, [*args], input=answer, catch_exceptions=False, standalone_mode=False
            )
        except Failure as failure:
            return failure.code, "\n".join([failure.what, failure.why, *failure.remedies])
        return done.exit_code, done.output

    return run


def written(where, content, *copies):
    """The state, and copies from the newest to the oldest."""
    file = write(where.folder.root, content)
    kept = where.folder.root / ".pulumi" / "backups" / "tenfold" / "shop-prod"
    kept.mkdir(parents=True)
    for age, copy in enumerate(copies):
        (kept / f"shop-prod.{age}.json").write_bytes(copy)
        os.utime(kept / f"shop-prod.{age}.json", (1_700_000_000 - age, 1_700_000_000 - age))
    return file


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (state(BUCKET), exits.DONE, "is whole: 2 resources"),
        (state(BUCKET, pending_operations=[BEGUN]), exits.DONE, "2 resources, 1 operation pending"),
        (state(BUCKET)[:50], exits.FAILED, "is cut off after 50 bytes"),
        (state(ORPHAN), exits.FAILED, "its parent shop-uploads is not in the state before it"),
    ],
)
def test_a_check_says_what_is_wrong_and_what_to_do(where, typed, content, code, said):
    file = written(where, content)
    ended, text = typed("check", "shop.yaml")
    assert ended == code and said in text and str(file) in text
    if "cut off" in said:
        assert "tenfold state restore shop.yaml --env prod" in text
    if "parent" in said:
        assert "pulumi state repair --stack shop-prod" in text
    facts = json.loads(typed("check", "shop.yaml", "--json")[1])
    assert facts["usable"] == (code == exits.DONE) and facts["file"] == str(file)
    assert file.read_bytes() == content


def test_a_note_that_keeps_the_engine_from_reading_a_whole_state_is_named(where, typed):
    note = written(where, state(BUCKET)).with_name("shop-prod.json.attrs")
    note.touch()
    code, text = typed("check", "shop.yaml")
    assert code == exits.FAILED and f"{note} beside it is cut off" in text
    assert "tenfold up shop.yaml --env prod   removes it" in text
    facts = json.loads(typed("check", "shop.yaml", "--json")[1])
    assert facts["usable"] is False and facts["damage"] == "" and facts["notes"] == [str(note)]


def test_a_stack_without_a_state_is_not_a_damaged_one(typed):
    assert typed("check", "shop.yaml") == (exits.DONE, "shop-prod has no state: nothing is deployed.\n")


def test_the_newest_copy_that_can_be_used_is_put_back(where, typed):
    file = written(where, b"", state(BUCKET)[:40], gzip.compress(state(BUCKET)), state())
    code, text = typed("restore", "shop.yaml", "--yes")
    assert code == exits.DONE and "is cut off after 40 bytes" in text and "shop-prod.1.json" in text
    assert [held["urn"] for held in workspace.deployed_resources(where)] == [STACK["urn"], BUCKET["urn"]]
    aside = [one for one in file.parent.iterdir() if "damaged" in one.name]
    assert [one.read_bytes() for one in aside] == [b""] and str(aside[0]) in text
    assert typed("restore", "shop.yaml")[1].count("shop-prod") >= 5, "what was put aside is a copy too"


def test_nothing_is_put_back_that_nobody_agreed_to(where, typed):
    file = written(where, b"null", state(BUCKET))
    assert typed("restore", "shop.yaml")[0] == exits.REFUSED
    assert file.read_bytes() == b"null"
    whole = written(replace(where, stack="shop-prod", backend=where.backend + "2"), state(), state(BUCKET))
    assert whole.read_bytes() == state()


def test_a_state_that_can_be_read_is_replaced_only_by_a_copy_that_is_named(where, typed):
    file = written(where, state(), state(BUCKET), b"")
    code, text = typed("restore", "shop.yaml", "--yes")
    assert code == exits.DONE and "nothing has to be restored" in text and file.read_bytes() == state()
    assert typed("restore", "shop.yaml", "--yes", "--from", "nowhere.json")[0] == exits.WRONG_INPUT
    assert typed("restore", "shop.yaml", "--yes", "--from", "shop-prod.1.json")[0] == exits.WRONG_INPUT
    assert file.read_bytes() == state()
    assert typed("restore", "shop.yaml", "--yes", "--from", "shop-prod.0.json")[0] == exits.DONE
    assert file.read_bytes() == state(BUCKET)


def test_without_a_copy_the_ways_that_are_left_are_named(where, typed):
    written(where, b"", b"{")
    code, text = typed("restore", "shop.yaml", "--yes")
    assert code == exits.FAILED and "pulumi import --stack shop-prod" in text


def test_the_copies_in_a_bucket_are_not_tenfolds_to_open(where, typed, monkeypatch):
    monkeypatch.setattr(workspace, "_exported", lambda _: state())
    remote = replace(where, backend="gs://me:secret@states?x=secret")
    monkeypatch.setattr(deployment, "prepare", lambda *_: SimpleNamespace(where=remote))
    code, text = typed("restore", "shop.yaml")
    assert code == exits.REFUSED and ".pulumi/backups/tenfold/shop-prod/" in text and "secret" not in text


def test_the_copies_in_an_s3_bucket_are_listed_and_put_back(where, typed, monkeypatch):
    """With the versions that the bucket keeps of the state itself, in a folder of it, against S3's own API."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    remote = replace(where, backend="s3://states/team?region=us-east-1")
    monkeypatch.setattr(deployment, "prepare", lambda *_: SimpleNamespace(where=remote))
    monkeypatch.setattr(workspace, "_exported", lambda _: b"{")
    with mock_aws():
        s3 = boto3.client("s3", "us-east-1")
        s3.create_bucket(Bucket="states")
        s3.put_bucket_versioning(Bucket="states", VersioningConfiguration={"Status": "Enabled"})
        root, key = "team/.pulumi", "team/.pulumi/stacks/tenfold/shop-prod.json"
        for at, content in (
            (f"{root}/meta.yaml", b"version: 1\n"),
            (f"{root}/stacks/other/shop-prod.json.bak", state()),
            (f"{root}/backups/tenfold/shop-prod/shop-prod.1.json", state()),
            (f"{root}/history/tenfold/shop-prod/shop-prod-1.history.json", b"{}"),
            (f"{root}/history/tenfold/shop-prod/shop-prod-1.checkpoint.json", b"cut"),
            (key, state(BUCKET)),
            (key, b"{"),
        ):
            s3.put_object(Bucket="states", Key=at, Body=content)
        code, text = typed("restore", "shop.yaml")
        assert code == exits.REFUSED, "nobody agreed"
        found = {copy.name.partition("?")[0]: copy for copy in copies.list_copies(remote)}
        assert set(found) == {"shop-prod.json", "shop-prod.1.json", "shop-prod-1.checkpoint.json"}
        assert found["shop-prod-1.checkpoint.json"].damage and len(found["shop-prod.json"].state.resources) == 2
        lock = f"{root}/locks/organization/tenfold/shop-prod/1.json"
        s3.put_object(Bucket="states", Key=lock, Body=b"{}")
        assert "pulumi cancel" in typed("restore", "shop.yaml", "--yes", "--from", "shop-prod.1.json")[1]
        s3.delete_object(Bucket="states", Key=lock)
        code, text = typed("restore", "shop.yaml", "--yes", "--from", found["shop-prod.json"].name)
        assert code == exits.DONE and f"s3://states/{key}.damaged-" in text
        assert s3.get_object(Bucket="states", Key=key)["Body"].read() == state(BUCKET)
        names = [one["Key"] for one in s3.list_objects_v2(Bucket="states", Prefix=f"{key}.damaged")["Contents"]]
        assert [s3.get_object(Bucket="states", Key=name)["Body"].read() for name in names] == [b"{"]


def test_a_bucket_out_of_reach_is_named(where, typed, monkeypatch):
    remote = replace(where, backend="s3://nobodys?region=us-east-1")
    monkeypatch.setattr(deployment, "prepare", lambda *_: SimpleNamespace(where=remote))
    with mock_aws():
        code, text = typed("restore", "shop.yaml")
    assert code == exits.FAILED and "s3://nobodys" in text and "NoSuchBucket" in text


# -- pending operations ------------------------------------------------------------------------------------------------


def local(where):
    return replace(where, cloud=server.Server(1, 1, "x"))


def test_the_local_cloud_forgets_what_was_begun_when_nothing_of_it_is_left(where):
    file = written(where, state(BUCKET, pending_operations=[BEGUN]))
    resume.forget_pending(where)
    assert resume.pending(where) == [BEGUN], "in an account only a person can tell"
    resume.forget_pending(local(where))
    assert resume.pending(where) == [] and workspace.deployed_resources(where) == [STACK, BUCKET]
    assert file.stat().st_mode & 0o777 == 0o600


class Stack:
    """A stack of the Automation API that keeps what it is given, and does not find the ids in `gone`."""

    def __init__(self, deployment, gone=()):
        self.deployment, self.gone, self.read = deployment, gone, []

    def export_stack(self):
        return SimpleNamespace(deployment=self.deployment)

    def import_stack(self, state):
        self.deployment = state.deployment

    def refresh(self, target, **_):
        self.read = target


@pytest.fixture
def open_creates(where, monkeypatch):
    other = {**BUCKET, "urn": f"{URN}aws:s3/bucket:Bucket::shop-logs"}
    begun = [{"type": "creating", "resource": {k: v for k, v in held.items() if k != "id"}} for held in (BUCKET, other)]
    written(where, state(pending_operations=begun))
    engine: Any = Stack({"resources": [STACK], "pending_operations": begun})
    engines: Any = SimpleNamespace()
    operated = driver.Driver(where, engines, lambda: None, {})
    monkeypatch.setattr(operated, "_open", lambda: engine, raising=False)
    monkeypatch.setattr(operated, "_outputs_of", lambda _: {})
    monkeypatch.setattr(operated, "deployed_resources", lambda: engine.deployment["resources"])
    monkeypatch.setattr(deployment, "prepare", lambda *_: SimpleNamespace(where=where, driver=operated))
    return engine


def test_what_exists_is_taken_over_and_the_rest_is_forgotten(where, typed, open_creates):
    code, text = typed("settle", "shop.yaml")
    assert code == exits.INTERRUPTED and BUCKET["urn"] in text and "Key=stack,Values=shop-prod" in text
    assert open_creates.deployment["resources"] == [STACK], "nothing was changed"
    code, text = typed("settle", "shop.yaml", "--exists", BUCKET["urn"], "shop-uploads-1", "--yes")
    assert code == exits.DONE and "1 taken over" in text
    taken = open_creates.deployment["resources"][1]
    assert (taken["urn"], taken["id"]) == (BUCKET["urn"], "shop-uploads-1")
    assert "pending_operations" not in open_creates.deployment
    assert open_creates.read == [BUCKET["urn"], STACK["urn"]], "the provider completes it"


def test_none_of_them_exists(where, typed, open_creates):
    code, text = typed("settle", "shop.yaml", "--none", "--yes")
    assert code == exits.DONE and "0 taken over" in text
    assert open_creates.deployment == {"resources": [STACK]} and open_creates.read == []


@pytest.mark.parametrize("wrong", [("--exists", "urn:x", "1"), ("--none", "--exists", BUCKET["urn"], "1")])
def test_what_contradicts_is_refused(where, typed, open_creates, wrong):
    assert typed("settle", "shop.yaml", "--yes", *wrong)[0] == exits.WRONG_INPUT
    assert open_creates.deployment["resources"] == [STACK]


def test_status_says_what_to_run_for_what_was_begun(where):
    written(where, state(pending_operations=[BEGUN]))
    assert resume.ways_on(local(where)) == ("tenfold up shop.yaml --env prod   resumes",)
    assert [way.split("   ")[0] for way in resume.ways_on(where)] == [
        "tenfold state settle shop.yaml --env prod",
        "tenfold state settle shop.yaml --env prod --exists URN ID",
        "tenfold state settle shop.yaml --env prod --none",
    ]
    written(replace(where, backend=where.backend + "3"), state(pending_operations=[{**BEGUN, "type": "updating"}]))
    assert len(resume.ways_on(replace(where, backend=where.backend + "3"))) == 1
    assert status.command.name in cli.COMMANDS and "state" in cli.COMMANDS


# -- the local cloud's own files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "null", '{"pid": 1', "[]"])
def test_a_damaged_server_json_is_named_and_a_reset_goes_past_it(tmp_path, monkeypatch, content):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    assert server.running() is None
    file = server.directory() / "server.json"
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Failure, match=r"server\.json is damaged") as damaged:
        server.start()
    assert "tenfold local reset" in damaged.value.remedies[0]
    server.reset()
    assert server.running() is None


def test_an_empty_passphrase_is_named_where_states_depend_on_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    file = server.directory() / "passphrase"
    file.parent.mkdir(parents=True)
    file.touch()
    write(server.directory() / "backend", state())
    with pytest.raises(Failure, match="passphrase is empty"):
        workspace._local_passphrase()
    server.reset()
    assert workspace._local_passphrase() == file.read_text(encoding="utf-8") != ""


def test_a_damaged_configuration_of_a_stack_is_named(where):
    here = replace(local(where), directory=where.folder.root)
    here.directory.mkdir(parents=True)
    (here.directory / "Pulumi.shop-prod.yaml").write_bytes(b"config: [")
    with pytest.raises(Failure, match=r"Pulumi\.shop-prod\.yaml is not a mapping"):
        workspace._configure(None, here, {})


def test_in_an_account_what_is_protected_is_not_read_again(where):
    """A refresh would drop from the state what AWS, asked in the wrong way, does not answer."""
    kept, plain = {**BUCKET, "protect": True}, {**BUCKET, "urn": f"{URN}aws:sns/topic:Topic::shop-topic", "id": "t"}
    begun = [{"resource": held, "type": "updating"} for held in (kept, plain)]
    written(where, state(kept, plain, pending_operations=begun))
    assert resume.doubtful(where) == {plain["urn"]: "t"}
