"""What a killed run has left half written is put right before the next one, and never by a guess."""

import gzip
import json
import os
from dataclasses import replace

import pytest
from test_backend import STACK, URN, place, state, write  # beside this file

from tenfold.engine import backend, mending, resume, workspace
from tenfold.failure import Failure
from tenfold.local import server

BUCKET = {"urn": f"{URN}aws:s3/bucket:Bucket::shop-uploads", "type": "aws:s3/bucket:Bucket", "id": "u", "custom": True}
TORN = [
    b"",
    b"\n",
    b"\0" * 512,
    b"null",
    b"{",
    state(BUCKET)[:20],
    state(BUCKET)[: len(state(BUCKET)) // 2],
    state(BUCKET)[:-1],
    gzip.compress(state(BUCKET), mtime=0)[:12],
    gzip.compress(state(BUCKET), mtime=0)[:-9],
]


@pytest.fixture(params=["account", "local"])
def where(request, tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))
    cloud = server.Server(1, 1, "x") if request.param == "local" else None
    return replace(place((tmp_path / "a b").as_uri()), cloud=cloud, flags="shop.yaml --env prod")


def written(where, content, *copies):
    """The state, and its copies as (kind, content), the newest first."""
    file = write(where.folder.root, content)
    places = {
        "bak": file.with_name("shop-prod.json.bak"),
        "backup": where.folder.root / ".pulumi" / "backups" / "tenfold" / "shop-prod" / "shop-prod.1.json",
        "history": where.folder.root / ".pulumi" / "history" / "tenfold" / "shop-prod" / "shop-prod-1.checkpoint.json",
    }
    for age, (kind, held) in enumerate(copies):
        places[kind].parent.mkdir(parents=True, exist_ok=True)
        places[kind].write_bytes(held)
        os.utime(places[kind], (1_700_000_000 - age, 1_700_000_000 - age))
    return file


def aside(file):
    return [one.read_bytes() for one in file.parent.iterdir() if ".damaged-" in one.name]


def test_what_was_torn_twice_in_one_second_is_kept_twice(where):
    file = written(where, b"{", ("bak", state(BUCKET)))
    mending.mend(where)
    file.write_bytes(b"[")
    mending.mend(where)
    assert sorted(aside(file)) == [b"[", b"{"] and len(mending.copies.list_copies(where)) == 3


@pytest.mark.parametrize("content", TORN)
@pytest.mark.parametrize("kind", ["bak", "history"])
def test_the_newest_copy_takes_the_place_of_a_torn_state(where, content, kind):
    file = written(where, content, (kind, state(BUCKET)), ("backup", state()))
    said = " ".join(mending.mend(where))
    assert "The state of shop-prod " in said and "takes its place (2 resources)" in said
    assert workspace.deployed_resources(where) == [STACK, BUCKET]
    assert aside(file) == [content] and ".damaged-" in said
    assert mending.mend(where) == [], "once"


def test_what_had_begun_is_still_known_after_that(where):
    begun = {"type": "creating", "resource": {"urn": BUCKET["urn"], "type": BUCKET["type"]}}
    written(where, b"", ("bak", state(pending_operations=[begun])))
    mending.mend(where)
    assert resume.pending_creates(where) == [begun]


def test_an_older_copy_only_where_a_journal_tells_what_happened_since(where):
    """In an account nobody knows; a person decides, by the command that is named."""
    file = written(where, b"", ("bak", b"{"), ("history", state(BUCKET)))
    said = mending.mend(where)
    if where.cloud:
        assert "checkpoint.json" in said[0] and workspace.deployed_resources(where) == [STACK, BUCKET]
    else:
        refused(where, said, file)


def test_no_copy_that_is_older_than_a_torn_one_of_a_finished_run(where):
    file = written(where, b"", ("bak", b""), ("history", b"null"), ("backup", state(BUCKET)))
    refused(where, mending.mend(where), file)


def test_a_first_run_has_no_copy(where):
    """What it has created is in the local cloud's journal; in an account a person has to look."""
    file = written(where, b"")
    said = mending.mend(where)
    if where.cloud:
        assert (
            "removed, and created again" in said[0]
            and workspace.deployed_resources(where) == []
            and aside(file) == [b""]
        )
    else:
        refused(where, said, file)


def refused(where, said, file):
    assert said == [] and file.read_bytes() == b""
    with pytest.raises(backend.Unreadable) as damaged:
        workspace.deployed_resources(where)
    assert damaged.value.remedies[0].startswith("tenfold state restore shop.yaml --env prod ")


@pytest.mark.parametrize("content", [state(stack="blog-prod"), b"{'version': 3}", b'{"version": 9}', b"[]", state()])
def test_what_no_killed_run_leaves_is_not_replaced(where, content):
    file = written(where, content, ("bak", state(BUCKET)))
    assert mending.mend(where) == [] and file.read_bytes() == content


def test_a_stack_without_a_state_stays_one(where):
    assert mending.mend(where) == [] and workspace.deployed_resources(where) == []


@pytest.mark.parametrize("content", [b"", b"{", b'{"user.cache_control":""'])
def test_half_a_note_beside_a_file_goes_and_a_whole_one_stays(where, content):
    """The engine ends with "failed to load checkpoint: EOF" because of one, and does without."""
    file = written(where, state(BUCKET))
    meta = where.folder.root / ".pulumi" / "meta.yaml"
    meta.write_text("version: 1\n", encoding="utf-8")
    half = [one.with_name(f"{one.name}.attrs") for one in (file, meta)]
    whole = file.with_name("shop-prod.json.bak.attrs")
    other = file.with_name("blog-prod.json.attrs")
    for note in (*half, other):
        note.write_bytes(content)
    whole.write_text('{"md5": "x"}', encoding="utf-8")
    assert mending.mend(where) == []
    assert not any(note.exists() for note in half) and whole.exists() and other.exists()
    assert workspace.deployed_resources(where) == [STACK, BUCKET]


def test_the_engine_writes_no_such_notes():
    assert backend.without_notes("file:///a%20b") == "file:///a%20b?metadata=skip"
    assert backend.without_notes("file://~?no_tmp_dir=true") == "file://~?no_tmp_dir=true&metadata=skip"
    for url in ("file:///a?metadata=skip", "s3://states?region=x", "https://api.pulumi.com", "file:/a"):
        assert backend.without_notes(url) == url


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0"])
def test_an_empty_layout_file_says_its_version_again_where_there_is_no_doubt(where, content):
    written(where, state(BUCKET))
    meta = where.folder.root / ".pulumi" / "meta.yaml"
    meta.write_bytes(content)
    assert "meta.yaml was empty" in mending.mend(where)[0]
    assert workspace.deployed_resources(where) == [STACK, BUCKET]
    meta.write_bytes(content)
    write(where.folder.root, state(), "old.json", project="")
    with pytest.raises(backend.Unreadable, match=r"meta\.yaml is damaged"):
        mending.mend(where)


def test_nothing_is_put_right_under_a_run_that_is_at_work(where):
    file = written(where, b"", ("bak", state(BUCKET)))
    locks = where.folder.root / ".pulumi" / "locks" / "organization" / "tenfold" / "shop-prod"
    locks.mkdir(parents=True)
    holder = {"pid": 7, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-11-27T01:00:00Z"}
    (locks / "1.json").write_text(json.dumps(holder), encoding="utf-8")
    with pytest.raises(Failure, match="process 7 of ann on elsewhere"):
        mending.mend(where)
    assert file.read_bytes() == b""
    (locks / "1.json").unlink()
    with resume.alone(where), pytest.raises(Failure, match="Another run is at work"):
        mending.mend(where)
    assert file.read_bytes() == b""
