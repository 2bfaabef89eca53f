"""The upgrade of docs/upgrading-a-component.md on the real engine. Offline: tests/components/test_upgrade.py."""

from pathlib import Path

import pytest
from previews import Stack, at_home  # beside this file

from tenfold.local import server
from tests.components import upgrade
from tests.diff import stories

pytestmark = pytest.mark.proof


def test_a_state_migration_renames_and_touches_nothing(tmp_path: Path):
    with at_home(tmp_path):
        cloud = server.start()[0]
        stack = Stack("upgrade")
        stack.up(upgrade.program(upgrade.FIRST, ["invoices", "photos"]))
        bucket = buckets(stack)["archive-0"]
        s3 = stack.client(cloud, "s3")
        s3.put_object(Bucket=bucket, Key="2026/1.pdf", Body=b"an invoice")

        second = upgrade.program(upgrade.SECOND, ["contracts", "invoices", "photos"])
        assert stack.disagreements(second) == []
        stack.up(second)

        assert buckets(stack)["archive-invoices"] == bucket
        assert sorted(buckets(stack)) == ["archive-contracts", "archive-invoices", "archive-photos"]
        assert s3.get_object(Bucket=bucket, Key="2026/1.pdf")["Body"].read() == b"an invoice"
        assert len(s3.list_buckets()["Buckets"]) == 3
        assert stack.disagreements(second) == []
        server.stop()


def test_every_kind_of_state_migration(tmp_path: Path):
    with at_home(tmp_path):
        server.start()
        stack = Stack("migrations")
        stack.up(stories.before_migration)
        assert stack.disagreements(stories.after_migration) == []
        stack.up(stories.after_migration)
        assert not {found["urn"].rsplit("::", 1)[1] for found in stack.deployed_resources()} & {
            "rows-0",
            "rows-1",
            "pair-policy",
        }
        server.stop()


def buckets(stack: Stack) -> dict[str, str]:
    """Name -> physical id, of the state."""
    held = stack.deployed_resources()
    return {found["urn"].rsplit("::", 1)[1]: found["id"] for found in held if found["type"].startswith("aws:s3/")}
