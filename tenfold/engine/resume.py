"""What an interrupted run left behind, and putting it right before the next one."""

import fcntl
import gzip
import json
import os
import re
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tenfold import exits, files, home
from tenfold.engine import interruption, workspace
from tenfold.engine.backend import Unreadable
from tenfold.engine.workspace import Place
from tenfold.failure import Failure
from tenfold.local.provider import journal, processes, unfinished_creates
from tenfold.wording import moment


def check_memory(where: Place) -> None:
    """Refuses to go on against a local cloud that has forgotten what the state says exists."""
    remembered = workspace.remembered_cloud(where)
    if (
        not where.cloud
        or remembered is None
        or remembered == where.cloud.identity
        or not workspace.deployed_resources(where)
    ):
        return
    raise Failure(
        f"The local cloud has forgotten {where.stack}: it was started again since.",
        why="What it holds lives in its memory only; the stack's state still lists the resources.",
        remedies=("tenfold local reset   forgets the stacks as well; then `up` recreates them",),
    )


def release_lock(where: Place) -> list[str]:
    """Removes locks whose process is gone from this machine. Returns a sentence for each.

    Raises `Failure` (refused) where another run is alive or on another machine.
    """
    notes = []
    for lock, holder in _locks(where):
        if _at_work(holder):
            raise _busy(where, holder)
        for file in (lock, lock.with_name(f"{lock.name}.attrs")):
            file.unlink(missing_ok=True)
        notes.append(
            f"An earlier run (process {holder['pid']}) ended without releasing the stack; continuing from there."
        )
    return notes


def refuse_busy(where: Place) -> None:
    """Raises `Failure` (refused) where another run is at work, as `release_lock` does; changes nothing."""
    for _, holder in _locks(where):
        if _at_work(holder):
            raise _busy(where, holder)
    with alone(where):
        pass


def lock_holder(where: Place) -> str:
    """Who is at work on the stack now, or an empty text."""
    for _, holder in _locks(where):
        if _at_work(holder):
            return "process {pid} of {username} on {hostname} since {timestamp}".format(**holder)
    return ""


def remove_unfinished_creates(where: Place) -> list[str]:
    """Local cloud: removes what an interrupted run made and the state does not know. Returns a sentence for each.

    Raises `Stopped` between two of them; the next run goes on."""
    if not where.cloud:
        return []
    processes.wait_for_orphans(_alive, interruption.proceed)
    left = unfinished_creates.remove(
        where.stack, workspace.deployed_resources(where), where.cloud.endpoint, interruption.proceed
    )
    if not left:
        return []
    names = ", ".join(entry["urn"].rsplit("::", 1)[-1] for entry in left)
    return [f"An interrupted run had made what its state does not know; removed, to be made again: {names}."]


def read_again(where: Place, stack: Any) -> list[str]:
    """Reads back what an interrupted run was changing or deleting: that may have happened, or half of it. (Nothing is
    left of its creates: `forget_pending`.) Returns a sentence for it."""
    doubts = doubtful(where)
    if not doubts:
        return []
    stack.refresh(target=[*doubts, whole(where)], color="never", show_secrets=False)
    for urn, identifier in doubts.items() if where.cloud else ():
        journal.write("settled", urn, "", identifier, "")
    names = ", ".join(urn.rsplit("::", 1)[-1] for urn in doubts)
    return [f"An interrupted run was changing these; read again first: {names}."]


def whole(where: Place) -> str:
    """The URN of the stack itself, with which a refresh of some resources is asked for."""
    return next(
        resource["urn"] for resource in workspace.deployed_resources(where) if resource["type"] == "pulumi:pulumi:Stack"
    )


def doubtful(where: Place) -> dict[str, str]:
    """{URN: id} of what is in the state and was being changed or deleted. In an account nothing protected: a change of
    it is simply made again, and a refresh would drop from the state what AWS does not answer."""
    state = workspace.deployed_resources(where)
    if where.cloud:
        return {entry["urn"]: entry["id"] for entry in journal.doubtful(where.stack, state)}
    begun = {entry["resource"]["urn"] for entry in pending(where) if entry["type"] in ("updating", "deleting")}
    safe = [resource for resource in state if not resource.get("delete") and not resource.get("protect")]
    return {resource["urn"]: resource.get("id", "") for resource in safe if resource["urn"] in begun}


def pending(where: Place) -> list[dict[str, Any]]:
    """Operations the engine had begun and not finished when its process died."""
    return list(workspace.state(where).pending)


def pending_creates(where: Place) -> list[dict[str, Any]]:
    """Of these the creates: whether they happened the state cannot say."""
    return [entry for entry in pending(where) if entry["type"] == "creating"]


def refuse_pending(where: Place) -> None:
    """Real account: a create that was begun may or may not have happened; only a person can tell."""
    begun = [entry["resource"] for entry in pending_creates(where)]
    if where.cloud or not begun:
        return
    raise Failure(
        f"An interrupted run was creating {len(begun)} resource{'s' if len(begun) > 1 else ''}; AWS may have them.",
        why="\n".join(resource["urn"] for resource in begun),
        remedies=ways_on(where),
        code=exits.INTERRUPTED,
    )


def _at_work(holder: dict[str, Any]) -> bool:
    """On another machine: as far as anybody can tell."""
    return holder["hostname"] != socket.gethostname() or _alive(holder["pid"])


def _busy(where: Place, holder: dict[str, Any]) -> Failure:
    return Failure(
        f"Another run is at work on {where.stack}: process {{pid}} of {{username}} on {{hostname}}.".format(**holder),
        why=f"since {holder['timestamp']}; two at once would overwrite each other's state. Nothing was changed.",
        remedies=("Wait for it, then run this again.",),
        code=exits.REFUSED,
    )


def ways_on(where: Place) -> tuple[str, ...]:
    """What to run when operations are pending: the same command again, except for creates in a real account."""
    if where.cloud or not pending_creates(where):
        return (f"tenfold up {where.flags}   resumes",)
    return (
        f"tenfold state settle {where.flags}   lists them, and where to look for each; then one of",
        f"tenfold state settle {where.flags} --exists URN ID   takes over those that exist, forgets the others",
        f"tenfold state settle {where.flags} --none   when none of them exists",
    )


@contextmanager
def alone(where: Place) -> Iterator[None]:
    """For the time of a run: the engine's lock comes late in the first run of a stack, when there is nothing to lock.

    Raises `Failure` (refused) while another run of this machine is at work on the stack.
    """
    folder = files.folder(home.state() / "runs" / ("local" if where.cloud else "real"))
    with open(folder / where.stack, "a+", encoding="utf-8", opener=files.private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Failure(
                f"Another run is at work on {where.stack}: process {file.read() or 'unknown'} on this machine.",
                why="Two at once would overwrite each other's state. Nothing was changed.",
                remedies=("Wait for it, then run this again.",),
                code=exits.REFUSED,
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def forget_pending(where: Place) -> None:
    """Local cloud: drops the notes of creates that were begun, of which `remove_unfinished_creates` has left nothing.
    The engine would keep them in the state until somebody clears them."""
    file = where.folder.file if where.cloud and where.folder else None
    if not file or not pending_creates(where):
        return
    content = file.read_bytes()
    packed = content.startswith(b"\x1f\x8b")
    data = json.loads(gzip.decompress(content) if packed else content)
    latest = data["checkpoint"]["latest"]
    latest["pending_operations"] = [one for one in latest["pending_operations"] if one["type"] != "creating"]
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
    files.write(file, gzip.compress(text) if packed else text)


def _locks(where: Place) -> list[tuple[Path, dict[str, Any]]]:
    """Of a backend on this machine; of any other one the engine alone knows, and refuses by itself.

    Raises `Unreadable` (refused) for one that says nothing, as a full disk leaves it.
    """
    locks = []
    for lock in where.folder.locks if where.folder else ():
        try:
            holder = json.loads(lock.read_bytes())
            known = {key: holder[key] for key in ("hostname", "username")}
            began = moment(holder["timestamp"])
            locks.append((lock, {**known, "timestamp": began, "pid": int(holder["pid"])}))
        except FileNotFoundError:  # released since
            continue
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise Unreadable(
                f"A lock of {where.stack} is damaged: {lock}.",
                why="It does not name its owner, so it is not known whether that run is over. Nothing was changed.",
                remedies=(f"rm {shlex.quote(str(lock))}   when nobody else is at work on {where.stack}",),
                code=exits.REFUSED,
            ) from error
    return locks


def _alive(pid: int) -> bool:
    """Whether the engine still runs as this process. A dead one whose parent has not asked yet (a zombie) does not, nor
    does another program that was given the number since."""
    if Path("/proc/self").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):  # it may end between the opening and the reading
            return False
        process = re.search(r"\((.*)\) (\S)", stat)
        return bool(process) and process[1].startswith("pulumi") and process[2] not in "ZX"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
