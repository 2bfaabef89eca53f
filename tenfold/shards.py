"""A client of the shard map, to copy: docs/shards.md. While the map cannot be read, the last one serves reads, and for
LEASE seconds writes: a cut-over waits as long, so that nobody writes to a shard that a key has left."""

import hashlib
import json
import threading
import time

import boto3

POLL, LEASE, RETRY = 10, 20, 1  # seconds: between two reads; a map is good for writes; after a read that failed


class Moving(Exception):
    def __init__(self, key, retry_after=POLL):
        super().__init__(f"{key} is moving to another shard: answer 503 with Retry-After: {retry_after}")
        self.retry_after = retry_after  # seconds


class Shards:
    def __init__(self, parameter, ssm=None, clock=time.monotonic):
        self.parameter, self.ssm, self.clock = parameter, ssm or boto3.client("ssm"), clock
        self.lock, self.known = threading.Lock(), self._load()  # the first map must be there; an error is the caller's
        self.next = self.known[3] + POLL

    def read(self, key):
        return self._route(key)[0]

    def write(self, key):
        shard, may_write = self._route(key)
        if not may_write:
            raise Moving(key)
        return shard

    def _route(self, key):
        if self.clock() >= self.next and self.lock.acquire(blocking=False):  # others go on with the map they have
            try:
                self.next = self.clock() + RETRY
                fresh = self._load()
                if fresh[0]["version"] >= self.known[0]["version"]:  # never back to an earlier one
                    self.known, self.next = fresh, fresh[3] + POLL
            except Exception:  # throttled, no network, not a map: the last one, for as long as it is good
                pass
            finally:
                self.lock.release()
        shard_map, width, moving, read_at = self.known
        bucket = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 960
        if shard_map["by"] == "month":
            bucket = max(0, min(959, (int(key[:4]) - 2000) * 12 + int(key[5:7]) - 1))
        shard = shard_map["pins"].get(key, int(shard_map["buckets"][bucket * width : (bucket + 1) * width], 36))
        moves = f"={key}" in moving or (key not in shard_map["pins"] and bucket in moving)
        return shard, not moves and self.clock() - read_at < LEASE

    def _load(self):
        sent, moving = self.clock(), set()
        shard_map = json.loads(self.ssm.get_parameter(Name=self.parameter)["Parameter"]["Value"])
        for part in (part for parts in shard_map["moving"].values() for part in parts):
            first, _, last = part.partition("-")
            moving.update([part] if part[0] == "=" else range(int(first), int(last or first) + 1))
        return shard_map, len(shard_map["buckets"]) // 960, moving, sent
