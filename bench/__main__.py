"""`make bench`: what a user waits for, against the targets. `python -m bench offline` leaves the engine out,
`python -m bench 7` deploys that stage alone.

Both end with the recorder alone (bench/recorder.py), up to 20,000 resources.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench import recorder
from bench.timing import TENFOLD, Figure, peak_of_children, report, time_command
from tenfold import home

SHOP = "blueprints/shop.yaml"


def long_blueprint(lines: int) -> str:
    """The shop with environments until it has `lines` lines."""
    text = (home.PACKAGE.parent / SHOP).read_text()
    while text.count("\n") < lines:
        text += f"  env{text.count(chr(10))}:\n    stage: 2\n    load:\n      users: 2k\n      data: 30GiB\n"
    return text


def offline() -> list[Figure]:
    pods = str(home.PACKAGE.parent / "bench" / "pods.yaml")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(long_blueprint(300))
        file.flush()
        plan = time_command("plan, stage 5", [TENFOLD, "plan", SHOP, "--env", "prod", "--stage", "5"], target=0.25)
        stages = ["--env", "prod", "--from-stage", "4", "--to-stage", "5"]
        diff = time_command("diff, stages 4 and 5", [TENFOLD, "diff", SHOP, *stages], target=0.40)
        return [
            time_command("tenfold --help", [TENFOLD, "--help"], target=0.10),
            time_command("validate, 300 lines", [TENFOLD, "validate", file.name], target=0.20),
            time_command("explain, one value", [TENFOLD, "explain", SHOP, "database.instance"], target=0.20),
            time_command("plan, stage 3", [TENFOLD, "plan", SHOP, "--env", "prod", "--stage", "3"], target=0.25),
            time_command(
                "plan, stage 3, SDK", [TENFOLD, "plan", SHOP, "--env", "prod", "--recorder", "sdk"], target=None, runs=3
            ),
            plan,
            time_command("plan, stage 6", [TENFOLD, "plan", SHOP, "--env", "prod", "--stage", "6"], target=0.22),
            time_command("plan, stage 6, pods", [TENFOLD, "plan", pods], target=0.30),
            time_command("plan, stage 7", [TENFOLD, "plan", SHOP, "--env", "prod", "--stage", "7"], target=0.35),
            diff,
            Figure("diff by plan, CPU", (diff.cpu or 0) / (plan.cpu or 1), "x", 1.6),
        ]


MANY = 500  # blueprints, of four environments each
TEAM = """name: {name}
stage: {stage}
owner: {name}@example.com
app: {{image: "ghcr.io/acme/{name}:1.4.2", stateless: true}}
load: {{users: 5k, reads: 95%}}
environments:
  dev: {{throwaway: true, stage: 1, load: {{users: 50}}}}
  test: {{throwaway: true, stage: 2, load: {{users: 500}}}}
  staging: {{load: {{users: 1k}}}}
  prod: {{}}
"""


def many() -> list[Figure]:
    """Blueprints of many teams against a revision: none of them changed, one in ten in every environment, all in one.
    Seconds of CPU: of two cores, on a machine that does nothing else, it takes half of them."""
    with tempfile.TemporaryDirectory() as where:
        files = [Path(where, f"team-{number:03}.yaml") for number in range(MANY)]
        for number, file in enumerate(files):
            file.write_text(TEAM.format(name=file.stem, stage=3 + number % 3))
        for command in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "1"],
        ):
            subprocess.run(["git", *command], cwd=where, check=True)
        figures = [_against(where, "none changed", 10)]
        for file in files[::10]:
            file.write_text(file.read_text().replace("1.4.2", "1.4.3"))
        figures.append(_against(where, "one in ten changed", 40))
        for file in files:
            file.write_text(
                file.read_text()
                .replace("1.4.3", "1.4.2")
                .replace("prod: {}", "prod: {database: {backups: {keep: 21d}}}")
            )
        return [
            *figures,
            _against(where, "all changed in prod", 40),
            Figure("its largest process", peak_of_children(), "MiB", 300),
        ]


def _against(where: str, what: str, target: float) -> Figure:
    command = [TENFOLD, "diff", f"{where}/*.yaml", "--against", "HEAD"]
    timing = time_command(f"diff, 500 × 4, {what}", command, target=None, runs=1, warm=False)
    return Figure(f"{timing.what}, CPU", timing.cpu or 0, "s", target)


DEPLOYED = {3: (20, 6), 4: (35, 7), 5: (45, 8), 6: (60, 10), 7: (60, 12)}
"""Stage: seconds from nothing, and with nothing to do."""
DRILL = 60  # seconds until the second region has taken over


def deployment_figures(stages: Iterable[int] = tuple(DEPLOYED)) -> list[Figure]:
    return [figure for stage in stages for figure in _deployed(stage, *DEPLOYED[stage])]


def _deployed(stage: int, first: float, again: float) -> list[Figure]:
    """A stage from nothing, on a local cloud of its own."""
    with tempfile.TemporaryDirectory() as where:
        env = {"TENFOLD_HOME": where, "TENFOLD_DATA": str(home.data()), "NO_COLOR": "1"}
        file = Path(where, "shop.yaml")  # a failover writes into it
        file.write_text((home.PACKAGE.parent / SHOP).read_text().replace("stage: 3", f"stage: {stage}"))
        run = [TENFOLD, "up", str(file), "--env", "prod", "--local", "--yes"]
        drill = [TENFOLD, "failover", *run[2:], "--drill"]
        destroy = [TENFOLD, "destroy", *run[2:]]

        def once(what: str, command: list[str], target: float | None) -> Figure:
            return time_command(f"{what}, stage {stage}", command, target=target, runs=1, warm=False, env=env)

        figures = [
            once("up from nothing", run, first),
            time_command(f"up with nothing to do, stage {stage}", run, target=again, runs=3, env=env),
            _server_memory(stage, env),
            *([once("failover --drill", drill, DRILL)] if stage == 7 else []),
            once("destroy", destroy, None),
        ]
        once("stop", [TENFOLD, "local", "stop"], None)
    return figures


def _server_memory(stage: int, env: dict[str, str]) -> Figure:
    status = subprocess.check_output([TENFOLD, "local", "status", "--json"], env={**os.environ, **env})
    return Figure(f"local server, stage {stage}, resident", json.loads(status)["memory_mib"], "MiB", 400)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [stage] if stage.isdigit() and int(stage) in DEPLOYED:
            report(deployment_figures([int(stage)]), f"stage-{stage}")
        case ["offline"]:
            report([*offline(), *many(), *recorder.figures()], "offline")
        case []:
            report([*offline(), *many(), *deployment_figures(), *recorder.figures()], "all")
        case _:
            sys.exit(f"python -m bench [offline | {' | '.join(map(str, DEPLOYED))}]")
