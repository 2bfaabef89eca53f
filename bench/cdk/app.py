"""The CDK app: installed and compiled outside the checkout, and the commands that synthesise it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = sorted([*HERE.glob("*.json"), HERE / ".npmrc", *HERE.rglob("*.ts")])

# Without the network in both settings; the second leaves out all that can be left out, above all the validation of
# templates, which is on since aws-cdk-lib 2.262 and costs more than the synthesis itself.
QUIET = ("--quiet", "--no-notices", "--no-lookups")
PLAIN = ("--no-version-reporting", "--no-path-metadata", "--no-asset-metadata", "--no-staging")
NO_TELEMETRY = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "true"}
NO_VALIDATION = {"CDK_VALIDATION": "false"}


def cache() -> Path:
    """Where the app goes unless told otherwise: about 240 MB, safe to remove."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tenfold" / "bench-cdk"


def install(where: Path) -> None:
    """`npm ci` and `tsc`, once for each state of the sources. Exits with a remedy when that cannot be done."""
    _need_node()
    stamp, wanted = where / "installed", _digest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print(f"Installing the CDK into {where} (once, about 240 MB) …", file=sys.stderr)
    try:
        stamp.unlink(missing_ok=True)
        _copy(where)
    except OSError as error:
        sys.exit(f"{where} cannot be written ({error.strerror}). Name another directory with --dir.")
    _step(where, ["npm", "ci"], "npm could not install the CDK", "see that npm reaches its registry")
    _step(where, [str(where / "node_modules/.bin/tsc")], "The app does not compile", "look at bench/cdk/*.ts")
    stamp.write_text(wanted)


def _copy(where: Path) -> None:
    for source in SOURCES:
        target = where / source.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def synth(where: Path, out: Path, *, fastest: bool) -> list[str]:
    options = (*QUIET, *PLAIN) if fastest else QUIET
    return [str(where / "node_modules/.bin/cdk"), "synth", *options, "--app", "node js/app.js", "--output", str(out)]


def environment(shops: int, *, fastest: bool) -> dict[str, str]:
    return {**NO_TELEMETRY, **(NO_VALIDATION if fastest else {}), "SHOPS": str(shops)}


def resources(out: Path) -> int:
    """CloudFormation resources in all templates of an output directory, without CDK's own metadata."""
    templates = [json.loads(file.read_text()) for file in out.glob("*.template.json")]
    return sum(
        resource["Type"] != "AWS::CDK::Metadata" for found in templates for resource in found["Resources"].values()
    )


def versions() -> dict[str, str]:
    """What was compared: the CDK's exact versions, and node's."""
    package = json.loads((HERE / "package.json").read_text())
    exact = {**package["dependencies"], **package["devDependencies"]}
    return {name: exact[name] for name in ("aws-cdk", "aws-cdk-lib")} | {"node": _node()}


def _digest() -> str:
    together = hashlib.sha256(_node().encode())
    for source in SOURCES:
        together.update(source.read_bytes())
    return together.hexdigest()


def _node() -> str:
    return subprocess.check_output(["node", "--version"], text=True).strip().removeprefix("v")


def _need_node() -> None:
    oldest = int(re.sub(r"\D", "", json.loads((HERE / "package.json").read_text())["engines"]["node"]))
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        sys.exit(f"{' and '.join(missing)} not found. Install Node.js {oldest} or newer, with npm, and run this again.")
    if int(_node().split(".")[0]) < oldest:
        sys.exit(f"Node.js {_node()} is too old for the CDK. Install {oldest} or newer and run this again.")


def _step(where: Path, command: Sequence[str], failed: str, remedy: str) -> None:
    done = subprocess.run(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        said = "\n".join(f"  {line}" for line in done.stdout.strip().splitlines()[:12])
        sys.exit(f"{failed}:\n{said}\nTo go on: {remedy}, then run this again.")
