"""A stack's files in a backend that is an S3 bucket, read and written by boto3 with the settings of the backend's URL.

The query is gocloud's (`aws/aws.go` and `blob/s3blob` of the version in Pulumi 3.274): `region`, `profile`, `endpoint`,
`s3ForcePathStyle`, `disableSSL`. What is where in it is that of a folder (`backend.py`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.engine.backend import aside_name, unreadable
from tenfold.failure import Failure

MOST = 30  # copies that are read, the newest: each costs a request


class Stored(Value):
    """One earlier state. `version` is that of the bucket, where it is one of the state's own object."""

    key: str
    version: str
    written: datetime

    @property
    def name(self) -> str:
        last = self.key.rsplit("/", 1)[-1]
        return f"{last}?versionId={self.version}" if self.version else last


class Bucket(Value):
    url: str
    project: str
    stack: str

    @property
    def target(self) -> str:
        """The key of the state: of several, which another compression leaves, the newest."""
        plain = f"{self._part('stacks')}{self.stack}.json"
        states = [stored for stored in self._listed(plain) if re.fullmatch(r"(\.gz|\.zst)?", stored.key[len(plain) :])]
        return max(states, key=lambda stored: stored.written).key if states else plain

    @property
    def copies(self) -> list[Stored]:
        """The newest first: versions of the state that the bucket keeps, the state before the last write, those that
        runs found, those they left."""
        state = f"{self._part('stacks')}{self.stack}.json"
        earlier = re.compile(re.escape(state) + r"(\.gz|\.zst)?\.(bak|\d+|damaged-[\dTZ-]+)")
        objects = [one for one in self._listed(state) if earlier.fullmatch(one.key)]
        objects += self._listed(f"{self._part('backups')}{self.stack}/")
        objects += [
            one for one in self._listed(f"{self._part('history')}{self.stack}/") if ".checkpoint.json" in one.key
        ]
        kept = [one for one in objects if not one.key.endswith(".attrs")]
        return sorted([*kept, *self._versions()], key=lambda one: one.written, reverse=True)[:MOST]

    @property
    def state(self) -> bytes | None:
        """The bytes of the state; None where the bucket has no state."""
        target = self.target
        return next((self.read(stored) for stored in self._listed(target) if stored.key == target), None)

    def place(self, key: str) -> str:
        return f"s3://{self._name}/{key}"

    def read(self, stored: Stored) -> bytes:
        version = {"VersionId": stored.version} if stored.version else {}
        return self._call("get_object", Key=stored.key, **version)["Body"].read()

    def put(self, content: bytes) -> str | None:
        """Writes the state. The key under which the one that was there is kept, None where there was none.

        Raises `Failure` (refused) while a run holds the stack."""
        self._refuse_locked()
        target, plain = self.target, f"{self._part('stacks')}{self.stack}.json"
        there = any(stored.key == target for stored in self._listed(target))
        aside = aside_name(target) if there else None
        if aside:
            self._call("copy_object", Key=aside, CopySource={"Bucket": self._name, "Key": target})
        self._call("put_object", Key=plain, Body=content)
        if there and target != plain:
            self._call("delete_object", Key=target)
        return aside

    def _refuse_locked(self) -> None:
        owner = f"organization/{self.project}/" if self._by_project else ""
        locks = self._listed(f"{self._root}locks/{owner}{self.stack}/")
        if not locks:
            return
        raise Failure(
            f"{self.stack} is locked: {self.place(locks[0].key)}, since {locks[0].written:%Y-%m-%d %H:%M:%S}.",
            why="Another run is at work on it, or one was killed. Nothing was changed.",
            remedies=(f"pulumi cancel --stack {self.stack}   when nobody else is at work on it",),
            code=exits.REFUSED,
        )

    def _versions(self) -> Iterator[Stored]:
        """Of a bucket that keeps versions: those of the state that are not the present one."""
        state = f"{self._part('stacks')}{self.stack}.json"
        for version in self._call("list_object_versions", Prefix=state).get("Versions", ()):
            if re.fullmatch(re.escape(state) + r"(\.gz|\.zst)?", version["Key"]) and not version["IsLatest"]:
                yield Stored(version["Key"], version["VersionId"], version["LastModified"])

    def _listed(self, prefix: str) -> list[Stored]:
        objects, more = list[Stored](), {}
        while True:
            answer = self._call("list_objects_v2", Prefix=prefix, **more)
            objects += [Stored(one["Key"], "", one["LastModified"]) for one in answer.get("Contents", ())]
            if not answer.get("IsTruncated"):
                return objects
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def _part(self, name: str) -> str:
        return f"{self._root}{name}/" + (f"{self.project}/" if self._by_project else "")

    @property
    def _by_project(self) -> bool:
        """As the engine decides it (`backend.py`): by meta.yaml."""
        metas = self._listed(f"{self._root}meta.yaml")
        return not metas or b"version: 0" not in self.read(metas[0])

    @property
    def _root(self) -> str:
        prefix = urlsplit(self.url).path.strip("/")
        return f"{prefix}/.pulumi/" if prefix else ".pulumi/"

    @property
    def _name(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client(), operation)(Bucket=self._name, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise unreadable(self.place(arguments.get("Key") or arguments.get("Prefix", "")), error) from error

    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        query = {key: values[-1] for key, values in parse_qs(urlsplit(self.url).query).items()}
        endpoint = query.get("endpoint")
        if endpoint and "://" not in endpoint:
            endpoint = f"http{'' if query.get('disableSSL') == 'true' else 's'}://{endpoint}"
        style = Config(s3={"addressing_style": "path"}) if query.get("s3ForcePathStyle") == "true" else None
        session = boto3.Session(profile_name=query.get("profile"), region_name=query.get("region"))
        return session.client("s3", endpoint_url=endpoint, config=style)
