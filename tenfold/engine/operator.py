"""A stack as an object of the Pulumi Kubernetes Operator: `Stack` of `pulumi.com/v1`, which runs raw `pulumi up`."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.engine import backend, project, workspace
from tenfold.failure import Failure

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture


class Source(Value):
    """Where the operator finds the blueprints, and as whom it deploys them."""

    repository: str
    branch: str
    namespace: str
    service_account: str
    backend: str
    secrets_provider: str


def source(folder: Path, repository: str | None, branch: str, namespace: str, service_account: str) -> Source:
    """`repository` None: the remote `origin` of the git repository that `folder` is in. State and key are those of the
    environment. Raises `Failure` (wrong input) where something is missing that only this machine has."""
    state = os.environ.get(workspace.BACKEND, "")
    if not state or backend.directory(state, folder):
        raise Failure(
            f"{workspace.BACKEND} names no bucket.",
            why="the operator runs in a cluster and does not see a folder of this machine",
            remedies=("export PULUMI_BACKEND_URL=s3://…   docs/real-account.md: a bucket and a key",),
            code=exits.WRONG_INPUT,
        )
    key = os.environ.get(workspace.SECRETS_PROVIDER, "")
    return Source(repository or _origin(folder), branch, namespace, service_account, state, key)


def stack_object(architecture: "Architecture", blueprint: Path, of: Source) -> dict[str, Any]:
    """What its own definition (deploy/crds of the operator 2.x) says of each field: `stack` is the name with its owner
    and project, which a bucket calls `organization`; `repoDir` is where Pulumi.yaml is."""
    own = project.of(blueprint)
    name = f"{architecture.name}-{architecture.environment}"
    top = Path(_git(own.directory, "rev-parse", "--show-toplevel"))
    directory = own.directory.resolve().relative_to(top.resolve()).as_posix()
    place = workspace.Place(name, own.directory, of.backend, None, stack_files=own.stack_files)
    provider = workspace.secrets_provider(place)
    config = {
        "tenfold:blueprint": workspace.blueprint_of(place, blueprint),
        "tenfold:environment": architecture.environment,
    }
    spec = {
        "stack": name if of.backend.startswith("http") else f"organization/{project.NAME}/{name}",
        "projectRepo": of.repository,
        "branch": f"refs/heads/{of.branch}",
        **({} if directory == "." else {"repoDir": directory}),
        "backend": of.backend,
        **({"secretsProvider": provider} if provider else {}),
        "config": config,
        "serviceAccountName": of.service_account,
        "destroyOnFinalize": False,  # deleting the object deletes no infrastructure
        "workspaceReclaimPolicy": "Delete",  # else each stack keeps a pod
    }
    metadata = {"name": name, "namespace": of.namespace, "labels": {"app": architecture.name}}
    return {"apiVersion": "pulumi.com/v1", "kind": "Stack", "metadata": metadata, "spec": spec}


def notes(stack: dict[str, Any], blueprint: Path) -> Iterator[str]:
    """What the operator would look for in vain."""
    file = project.of(blueprint).directory / project.FILE
    if not file.is_file():
        yield f"{os.path.relpath(file)} is not there yet: the first `tenfold preview` writes it; commit it"
    spec = stack["spec"]
    if "secretsProvider" not in spec and not spec["backend"].startswith("http"):
        yield (
            f"{workspace.SECRETS_PROVIDER} names no key: add PULUMI_CONFIG_PASSPHRASE to `envRefs` of each stack, "
            "or the operator cannot read their secrets"
        )


def _origin(folder: Path) -> str:
    """Without the login that a pipeline's checkout has in it (`https://x-access-token:…@github.com/…`)."""
    url = _git(folder, "remote", "get-url", "origin", remedy="--repo https://git.example.com/acme/shop")
    return re.sub(r"^(https?://)[^/@]*@", r"\1", url)


def _git(folder: Path, *arguments: str, remedy: str = "git init   the operator fetches blueprints from git") -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Failure(f"git {' '.join(arguments)}: {done.stderr.strip()}.", remedies=(remedy,), code=exits.WRONG_INPUT)
    return done.stdout.strip()
