"""`python -m scripts.security CHECKOV`: every example at every stage, as its production environment, and one with a
cluster of Kubernetes. `CHECKOV` is the program. Exit code 1 for a finding without a reason, and for a reason without a
finding."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from scripts.security import terraform
from tenfold import blueprint_files, recorder
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.stages.presets import presets
from tenfold.recorder.program import run_of

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = Path(__file__).with_name("exceptions.yaml")
EXAMPLES = sorted(file.stem for file in blueprint_files.expand([ROOT / "blueprints" / "*.yaml"]))
STAGES = list(presets())
SECURED = "prod: {domain: www.example.com}"
# No example has a cluster; this one gets a service on it, with machines of both kinds.
ON_KUBERNETES = ("market", 6)
CLUSTER = """
kubernetes:
  admins: {deploy: "arn:aws:iam::123456789012:role/deploy"}
  reachable_from: [192.0.2.0/24]
  nodes: managed
"""


class Finding(NamedTuple):
    check: str
    resource: str  # without the blueprint's name: cdn-logs
    title: str


@cache
def exceptions() -> dict[str, dict[str, str]]:
    """{check: {pattern of resources: reason}}; `*` in a pattern stands for any text."""
    return yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))


def is_explained(finding: Finding) -> bool:
    return any(fnmatchcase(finding.resource, pattern) for pattern in exceptions().get(finding.check, {}))


def findings(checkov: str) -> dict[Finding, str]:
    """Each with where it is seen first: `shop at stage 3`."""
    seen: dict[Finding, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for example in EXAMPLES:
            for stage in STAGES:
                plan = Path(folder, f"{example}-{stage}.json")
                for finding in _findings(checkov, architecture(example, stage), plan):
                    seen.setdefault(finding, f"{example} at stage {stage}")
        for finding in _findings(checkov, architecture(*ON_KUBERNETES, cluster=True), Path(folder, "kubernetes.json")):
            seen.setdefault(finding, "{} at stage {}, on Kubernetes".format(*ON_KUBERNETES))
    return seen


def architecture(example: str, stage: int, cluster: bool = False) -> Architecture:
    """In its production environment; with `cluster` a service of it runs on Kubernetes."""
    blueprint = ROOT / "blueprints" / f"{example}.yaml"
    content = blueprint.read_text(encoding="utf-8").replace("prod: {}", SECURED)
    if cluster:
        content = content.replace("route: /reviews/*", "route: /reviews/*\n    runs_on: kubernetes") + CLUSTER
    resolution = load(blueprint, environment="prod", stage=str(stage), content=content.encode())
    assert resolution.architecture, f"{example} at stage {stage}: {resolution.problems}"
    return resolution.architecture


def _findings(checkov: str, wanted: Architecture, file: Path) -> Iterator[Finding]:
    file.write_text(json.dumps(terraform.plan(recorder.record(run_of(wanted)).graph)), encoding="utf-8")
    command = [checkov, "-f", str(file), "--framework", "terraform_plan", "--skip-download", "--quiet", "--compact"]
    done = subprocess.run([*command, "-o", "json"], capture_output=True, encoding="utf-8", check=False)
    for failed in json.loads(done.stdout)["results"]["failed_checks"]:
        name = failed["resource"].rpartition(".")[2].replace("_", "-").removeprefix(f"{wanted.name}-")
        yield Finding(failed["check_id"], name, failed["check_name"])


def idle(seen: Collection[Finding]) -> list[str]:
    """Reasons that no finding needs."""
    names = {check: [finding.resource for finding in seen if finding.check == check] for check in exceptions()}
    return [
        f"{check} {pattern}"
        for check, patterns in exceptions().items()
        for pattern in patterns
        if not any(fnmatchcase(name, pattern) for name in names[check])
    ]


def main() -> int:
    seen = findings(sys.argv[1])
    new = sorted(finding for finding in seen if not is_explained(finding))
    unneeded = idle(seen)
    for finding in new:
        print(f"unexplained  {finding.check}  {finding.resource}  {finding.title}  ({seen[finding]})")
    for line in unneeded:
        print(f"not needed   {line}")
    print(f"{len(seen)} findings, {len(new)} without a reason; {len(unneeded)} reasons without a finding.")
    return bool(new or unneeded)


if __name__ == "__main__":
    sys.exit(main())
