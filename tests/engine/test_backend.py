"""Where a stack's state is, and that one which cannot be read is never taken for a stack that is not deployed."""

import gzip
import json
import os
import pwd
from dataclasses import replace
from pathlib import Path

import pytest

from tenfold import exits
from tenfold.engine import backend, checkpoint, resume, workspace
from tenfold.failure import Failure

URN = "urn:pulumi:shop-prod::tenfold::"
STACK = {"urn": f"{URN}pulumi:pulumi:Stack::tenfold-shop-prod", "type": "pulumi:pulumi:Stack", "custom": False}
HOME = pwd.getpwuid(os.getuid()).pw_dir


def state(*resources, stack="shop-prod", **latest):
    deployment = {"manifest": {}, "resources": [STACK, *resources], **latest}
    checkpoint = {"stack": f"organization/tenfold/{stack}", "latest": deployment}
    return json.dumps({"version": 3, "checkpoint": checkpoint}).encode()


def place(url, directory=Path("/work")):
    return workspace.Place("shop-prod", directory, url, None)


def write(root, content, name="shop-prod.json", project="tenfold"):
    folder = root / ".pulumi" / "stacks" / project
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


# Each was made by the engine itself (`pulumi stack init` of 3.259 with this URL, in /work): where it put the stack.
@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///b/plain", "/b/plain"),
        ("file:///b/a b", "/b/a b"),
        ("file:///b/a%20b", "/b/a b"),
        ("file:///b/%C3%BC", "/b/ü"),
        ("file:///b/ü", "/b/ü"),
        ("file:///b/50%25", "/b/50%"),
        ("file:///b/q?metadata=skip", "/b/q"),
        ("file:///b/h#f", "/b/h"),
        ("file:///b/../c/.", "/c"),
        ("file://~", HOME),
        ("file://~/state", f"{HOME}/state"),
        ("file://~xstate", f"{HOME}/state"),
        ("file://./.state?no_tmp_dir=true", "/work/.state"),
        ("file://beside", "/work/beside"),
        ("file:/b/one", "/b/one/b/one"),
        ("FILE://host/b/up", "/b/up/b/up"),
        ("s3://state", None),
        ("gs://state/prefix", None),
        ("azblob://state", None),
        ("https://api.pulumi.com", None),
    ],
)
def test_a_url_names_the_folder_that_the_engine_takes(url, folder):
    assert backend.directory(url, Path("/work")) == (Path(folder) if folder else None)


@pytest.mark.parametrize("name", ["a b", "hö", "50%", "a#b", "q?x=1", "~me"])
def test_a_state_is_found_below_any_home(tmp_path, name):
    root = tmp_path / name
    write(root, state())
    assert workspace.deployed_resources(place(root.as_uri())) == [STACK]


def test_a_percent_sign_that_is_no_code_is_refused():
    with pytest.raises(Failure) as refused:
        workspace.deployed_resources(place("file:///b/50%/x"))
    assert refused.value.code == exits.WRONG_INPUT and "file:///b/50%25/x" in refused.value.remedies[0]


def test_the_password_in_a_backends_url_is_not_shown():
    assert backend.public_url("postgres://me:secret@db/states?sslkey=k") == "postgres://db/states"


def test_the_layout_without_projects_is_read_as_the_engine_reads_it(tmp_path):
    legacy = write(tmp_path, state(stack="shop-prod"), project="")
    assert workspace.deployed_resources(place(tmp_path.as_uri())) == [STACK]
    (tmp_path / ".pulumi" / "meta.yaml").write_text("version: 1\n", encoding="utf-8")
    assert workspace.deployed_resources(place(tmp_path.as_uri())) == [], f"{legacy} is another layout's now"
    (tmp_path / ".pulumi" / "meta.yaml").write_text("", encoding="utf-8")
    with pytest.raises(backend.Unreadable, match=r"meta\.yaml"):
        workspace.deployed_resources(place(tmp_path.as_uri()))


def test_of_two_compressions_the_newest_counts(tmp_path):
    plain, packed = (
        write(tmp_path, state()),
        write(tmp_path, gzip.compress(state(pending_operations=[])), "shop-prod.json.gz"),
    )
    os.utime(plain, (1, 1))
    assert backend.Folder(tmp_path, "tenfold", "shop-prod").file == packed
    assert workspace.deployed_resources(place(tmp_path.as_uri())) == [STACK]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\0" * 64, "zero bytes"),
        (b"null", "holds only null"),
        (b"[]", "holds only []"),
        (b"{}", "version None"),
        (b"{'version': 3}", "is not JSON (line 1, column 2)"),
        (b"\xff\xfe\xff", "is not text"),
        (state()[:-30], "is cut off after"),
        (state()[:-1], "is cut off after"),
        (gzip.compress(state())[:-9], "is compressed and cut off"),
        (state(stack="blog-prod"), "is the state of another stack, blog-prod"),
        (b'{"version": 3, "checkpoint": null}', "holds no checkpoint"),
        (b'{"version": 9, "checkpoint": {}}', "version 9"),
        (b'{"version": 3, "deployment": null}', "holds no deployment"),
        (b'{"version": 3, "checkpoint": {"latest": {"resources": [{}]}}}', "resources that are not the engine's"),
    ],
)
def test_a_damaged_state_is_named_and_is_not_an_empty_one(tmp_path, content, said):
    file = write(tmp_path, content)
    where = replace(place(tmp_path.as_uri()), flags="shop.yaml --env prod")
    for read in (workspace.deployed_resources, resume.pending, resume.refuse_pending):
        with pytest.raises(backend.Unreadable) as damaged:
            read(where)
        assert (
            damaged.value.what.startswith(f"The state of shop-prod is damaged: {file} ") and said in damaged.value.what
        )
        assert damaged.value.code == exits.FAILED and "Nothing was changed" in damaged.value.why
        assert damaged.value.remedies[0].startswith("tenfold state restore shop.yaml --env prod ")


def test_what_is_in_the_way_of_reading_is_not_an_absent_state(tmp_path):
    (tmp_path / ".pulumi" / "stacks").mkdir(parents=True)
    (tmp_path / ".pulumi" / "stacks" / "tenfold").write_text("a file where the folder should be", encoding="utf-8")
    (tmp_path / ".pulumi" / "meta.yaml").write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(backend.Unreadable, match="cannot be read: Not a directory"):
        workspace.deployed_resources(place(tmp_path.as_uri()))
    gone = tmp_path / "links"
    (gone / ".pulumi" / "stacks" / "tenfold").mkdir(parents=True)
    (gone / ".pulumi" / "stacks" / "tenfold" / "shop-prod.json").symlink_to(gone / "nowhere")
    with pytest.raises(backend.Unreadable, match="No such file"):
        workspace.deployed_resources(place(gone.as_uri()))


# As the engine writes it: nine decimals, and the zone of the machine.
HOLDER = b'{"pid": 7, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-11-27T01:00:00.363665274+01:00"}'


@pytest.mark.parametrize(
    "content", [b"", b"null", b'{"pid": 1', b'{"pid": "x"}', b"[]", HOLDER.replace(b"2026", b"20-6")]
)
def test_a_damaged_lock_is_named_with_its_path(tmp_path, content):
    folder = tmp_path / "a b" / ".pulumi" / "locks" / "organization" / "tenfold" / "shop-prod"
    folder.mkdir(parents=True)
    (folder / "1.json").write_bytes(content)
    for read in (resume.release_lock, resume.lock_holder):
        with pytest.raises(backend.Unreadable) as damaged:
            read(place((tmp_path / "a b").as_uri()))
        assert damaged.value.code == exits.REFUSED and damaged.value.remedies[0].startswith(f"rm '{folder / '1.json'}'")


def test_a_lock_below_any_home_is_seen(tmp_path):
    folder = tmp_path / "a b" / ".pulumi" / "locks" / "organization" / "tenfold" / "shop-prod"
    folder.mkdir(parents=True)
    (folder / "1.json").write_bytes(HOLDER)
    with pytest.raises(Failure, match="process 7 of ann on elsewhere") as busy:
        resume.release_lock(place((tmp_path / "a b").as_uri()))
    assert "since 2026-11-27 00:00:00 UTC;" in busy.value.why
    assert resume.lock_holder(place((tmp_path / "a b").as_uri())).endswith(" since 2026-11-27 00:00:00 UTC")


def test_what_the_engine_would_refuse_in_a_state_is_found():
    bucket = {"urn": f"{URN}aws:s3/bucket:Bucket::shop-uploads", "type": "aws:s3/bucket:Bucket", "id": "u"}
    lost = f"{URN}aws:kms/key:Key::shop-key"
    good = checkpoint.parse(state({**bucket, "parent": STACK["urn"], "dependencies": []}), "shop-prod")
    assert list(checkpoint.faults(good)) == []
    bad = checkpoint.parse(state({**bucket, "propertyDependencies": {"kms": [lost]}}, bucket), "shop-prod")
    assert list(checkpoint.faults(bad)) == [
        "shop-uploads: its dependency shop-key is not in the state before it",
        "shop-uploads is in the state twice",
    ]


def test_a_state_that_only_the_engine_can_reach(tenfold, aws):
    """In a bucket: read, absent, damaged, out of reach are four things. (The bucket is the local cloud's.)"""
    address = json.loads(tenfold("local", "status", "--json").stdout)["endpoint"]
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
    s3, patch = aws("s3"), pytest.MonkeyPatch()
    for name, value in {**tenfold.environment, **keys}.items():
        patch.setenv(name, value)
    where = place(f"s3://states?endpoint={address}&s3ForcePathStyle=true&region=us-east-1", workspace.home.PACKAGE)
    s3.create_bucket(Bucket="states")
    try:
        assert workspace.deployed_resources(where) == []
        for content in (state(), gzip.compress(state())):
            s3.put_object(Bucket="states", Key=".pulumi/stacks/tenfold/shop-prod.json", Body=content)
            assert [held["urn"] for held in workspace.deployed_resources(where)] == [STACK["urn"]]
        for content in (b"null", state()[:-20]):
            s3.put_object(Bucket="states", Key=".pulumi/stacks/tenfold/shop-prod.json", Body=content)
            with pytest.raises(backend.Unreadable):
                workspace.deployed_resources(where)
        with pytest.raises(backend.Unreadable, match="cannot be read from s3://elsewhere"):
            workspace.deployed_resources(replace(where, backend=where.backend.replace("//states", "//elsewhere")))
    finally:
        patch.undo()
