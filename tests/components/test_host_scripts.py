"""The host's shell scripts, run for real with stand-ins for the commands that touch disks and containers."""

import os
import re
import subprocess
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "components" / "host" / "files"
PLACES = {"devices": "/dev/disk/by-id", "release": "/run/tenfold", "data": "/data"}
STAND_IN = """#!/usr/bin/bash
echo "$(basename "$0") $*" >>"$CALLS"
"""


class Host:
    """Commands on the PATH that only write down that they were called, unless told what to do."""

    def __init__(self, where: Path):
        self.bin, self.calls_file = where / "bin", where / "calls"
        self.bin.mkdir()
        self.calls_file.touch()

    def command(self, name: str, does: str = "") -> None:
        (self.bin / name).write_text(STAND_IN + does)
        (self.bin / name).chmod(0o755)

    def run(self, script: str, *words: str, **replaced: Path) -> subprocess.CompletedProcess[str]:
        text = (FILES / script).read_text()
        for name, instead in replaced.items():
            text = re.sub(PLACES[name] + r"\b", str(instead), text)
        env = {
            **os.environ,
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "CALLS": str(self.calls_file),
            "HOSTNAME": "ip-1",
        }
        return subprocess.run(["bash", "-c", text, script, *words], env=env, capture_output=True, text=True)

    def calls(self, name: str) -> list[str]:
        lines = self.calls_file.read_text().splitlines()
        return [line for line in lines if line == name or line.startswith(f"{name} ")]


METADATA = """case ${!#} in
  */api/token) echo token ;;
  */instance-id) echo i-1 ;;
  */spot/instance-action) [ -e "$STATES.notice" ] || exit 22; echo '{"action": "terminate"}' ;;
  */target-lifecycle-state) [ -s "$STATES" ] || exit 22; head -1 "$STATES"; sed -i 1d "$STATES" ;;
  *8080*) exit $(cat "$STATES.app") ;;
esac
"""


@pytest.fixture
def lifecycle(tmp_path: Path) -> tuple[Host, Path]:
    """A server whose metadata says one target state after the other; the pause between two is none."""
    host, states = Host(tmp_path), tmp_path / "states"
    host.command("curl", METADATA.replace("$STATES", str(states)))
    host.command("aws", "case $2 in describe-tags) echo shop-fleet-servers-1234567 ;; esac\n")
    host.command("systemctl")
    host.command("sleep", f"[ -s {states} ] || kill $PPID\n")
    return host, states


def test_a_server_that_leaves_stops_its_containers_before_it_says_so(lifecycle: tuple[Host, Path]) -> None:
    host, states = lifecycle
    states.write_text("InService\nInService\nTerminated\n")
    assert host.run("tenfold-lifecycle", "us-east-1").returncode == 0
    stopped, told = host.calls("systemctl"), host.calls("aws autoscaling")
    assert stopped == ["systemctl stop tenfold-app.service tenfold-jobs.service"]
    assert "--lifecycle-hook-name drain" in told[0] and len(told) == 1
    assert "--auto-scaling-group-name shop-fleet-servers-1234567" in told[0] and "--instance-id i-1" in told[0]
    calls = host.calls_file.read_text().splitlines()
    assert calls.index(stopped[0]) < calls.index(told[0])


def test_a_spot_server_that_gets_its_notice_asks_once_to_go(lifecycle: tuple[Host, Path]) -> None:
    host, states = lifecycle
    Path(f"{states}.notice").touch()
    states.write_text("InService\nInService\nTerminated\n")
    assert host.run("tenfold-lifecycle", "us-east-1").returncode == 0
    asked, told = host.calls("aws autoscaling")
    assert "terminate-instance-in-auto-scaling-group" in asked and "--instance-id i-1" in asked
    assert "--no-should-decrement-desired-capacity" in asked, "another one comes in its place"
    assert "--lifecycle-hook-name drain" in told, "and then it leaves like every other"


@pytest.mark.parametrize(("answers", "told"), [(0, 1), (22, 0)])
def test_a_warmed_server_says_once_that_it_is_ready(lifecycle: tuple[Host, Path], answers: int, told: int) -> None:
    host, states = lifecycle
    Path(f"{states}.app").write_text(str(answers))
    states.write_text("Warmed:Stopped\nWarmed:Stopped\nWarmed:Stopped\n")
    host.run("tenfold-lifecycle", "us-east-1", "http://127.0.0.1:8080/healthz")
    assert len([call for call in host.calls("aws autoscaling") if "--lifecycle-hook-name ready" in call]) == told


@pytest.fixture
def worker(tmp_path: Path) -> tuple[Host, Path]:
    """As above; a pause of the loop lasts no time, and `stops` is how long the jobs need."""
    host, states = Host(tmp_path), tmp_path / "states"
    host.command("curl", METADATA.replace("$STATES", str(states)))
    host.command("aws", "case $2 in describe-tags) echo shop-workers-servers-1234567 ;; esac\n")
    host.command("systemctl", "[ $1 != stop ] || exec /usr/bin/sleep 0.4\n")
    host.command("sleep", f"/usr/bin/sleep 0.05; [ -s {states} ] || [ $1 = 30 ] || kill $PPID\n")
    host.command("find", f"[ ! -e {states}.busy ] || echo busy\n")
    return host, states


def test_a_worker_that_leaves_asks_for_time_until_its_message_is_done(worker: tuple[Host, Path]) -> None:
    host, states = worker
    states.write_text("InService\nTerminated\n")
    assert host.run("tenfold-worker", "us-east-1").returncode == 0
    assert host.calls("systemctl") == ["systemctl stop tenfold-jobs.service"]
    *beats, last = host.calls("aws autoscaling")
    assert len(beats) >= 2 and all("record-lifecycle-action-heartbeat" in beat for beat in beats)
    assert all("--auto-scaling-group-name shop-workers-servers-1234567 --instance-id i-1" in beat for beat in beats)
    assert "complete-lifecycle-action" in last and "--lifecycle-hook-name drain" in last


def test_a_worker_is_protected_once_while_it_is_busy_and_freed_once_after(worker: tuple[Host, Path]) -> None:
    host, states = worker
    states.write_text("InService\n" * 3)
    Path(f"{states}.busy").touch()
    host.command("sleep", f"[ $(wc -l <{states}) != 1 ] || rm -f {states}.busy; [ -s {states} ] || kill $PPID\n")
    host.run("tenfold-worker", "us-east-1")
    first, second = host.calls("aws autoscaling")
    assert first.endswith("--instance-ids i-1 --protected-from-scale-in")
    assert second.endswith("--instance-ids i-1 --no-protected-from-scale-in")


def test_protection_that_is_refused_is_tried_again(worker: tuple[Host, Path]) -> None:
    """A server that is not in service yet cannot be protected."""
    host, states = worker
    states.write_text("InService\nInService\n")
    Path(f"{states}.busy").touch()
    host.command("aws", "case $2 in describe-tags) echo shop-workers-servers-1 ;; *) exit 254 ;; esac\n")
    host.run("tenfold-worker", "us-east-1")
    assert len(host.calls("aws autoscaling set-instance-protection")) >= 2


VOLUME = "vol-0123456789abcdef0"


@pytest.fixture
def disk(tmp_path: Path) -> tuple[Host, Path]:
    """A host with an attached volume; the file stands for the block device."""
    host, devices = Host(tmp_path), tmp_path / "devices"
    devices.mkdir()
    for name in ("udevadm", "mkfs.xfs", "mount", "xfs_growfs"):
        host.command(name)
    host.command("mountpoint", "exit 1\n")
    return host, devices / f"nvme-Amazon_Elastic_Block_Store_{VOLUME.replace('-', '')}"


def mounted(host: Host, device: Path, blkid: int) -> subprocess.CompletedProcess[str]:
    host.command("blkid", f"exit {blkid}\n")
    return host.run("tenfold-volume", VOLUME, devices=device.parent, data=device.parent / "data")


def test_a_blank_volume_gets_a_file_system(disk: tuple[Host, Path]) -> None:
    host, device = disk
    device.write_bytes(bytes(4096))
    assert mounted(host, device, blkid=2).returncode == 0
    assert host.calls("mkfs.xfs") == [f"mkfs.xfs -L data {device}"]
    assert len(host.calls("mount")) == 1
    assert (device.parent / "data" / "database").is_dir()


def test_a_volume_with_a_file_system_is_only_mounted_and_grown(disk: tuple[Host, Path]) -> None:
    host, device = disk
    device.write_bytes(b"XFSB" + bytes(4092))
    assert mounted(host, device, blkid=0).returncode == 0
    assert host.calls("mkfs.xfs") == []
    assert len(host.calls("mount")) == len(host.calls("xfs_growfs")) == 1


def test_bytes_that_are_no_file_system_are_never_overwritten(disk: tuple[Host, Path]) -> None:
    host, device = disk
    device.write_bytes(bytes(2048) + b"something" + bytes(2048))
    done = mounted(host, device, blkid=2)
    assert done.returncode == 1 and "not touched" in done.stderr
    assert host.calls("mkfs.xfs") == host.calls("mount") == []


@pytest.mark.parametrize("status", [4, 8])
def test_a_volume_that_cannot_be_read_is_left_alone(disk: tuple[Host, Path], status: int) -> None:
    host, device = disk
    device.write_bytes(bytes(4096))
    assert mounted(host, device, blkid=status).returncode == 1
    assert host.calls("mkfs.xfs") == host.calls("mount") == []


def test_a_volume_that_is_mounted_is_not_mounted_again(disk: tuple[Host, Path]) -> None:
    host, device = disk
    device.write_bytes(b"XFSB")
    host.command("mountpoint")
    assert mounted(host, device, blkid=0).returncode == 0
    assert host.calls("mount") == []


@pytest.fixture
def containers(tmp_path: Path) -> tuple[Host, Path]:
    host, release = Host(tmp_path), tmp_path / "run"
    release.mkdir()
    (release / "release.env").write_text("APP_IMAGE=ghcr.io/acme/shop:2\nJOBS_IMAGE=ghcr.io/acme/jobs:7\n")
    for name in ("tenfold-settings", "docker", "mountpoint"):
        host.command(name)
    return host, release


def test_a_container_runs_with_fresh_settings_and_the_released_image(containers: tuple[Host, Path]) -> None:
    host, release = containers
    done = host.run(
        "tenfold-container", "app", "@APP_IMAGE", "--publish", "80:80", "--", "serve", "a b", release=release
    )
    assert done.returncode == 0
    assert host.calls("tenfold-settings") == ["tenfold-settings app"]
    remove, pull, run = host.calls("docker")
    assert remove == "docker rm --force app" and pull == "docker pull --quiet ghcr.io/acme/shop:2"
    assert run.startswith("docker run --rm --init --name app --network tenfold --security-opt no-new-privileges")
    assert run.endswith("awslogs-stream=ip-1/app --publish 80:80 ghcr.io/acme/shop:2 serve a b")


def test_a_fixed_image_without_options_or_command(containers: tuple[Host, Path]) -> None:
    host, release = containers
    assert host.run("tenfold-container", "proxy", "caddy:2", release=release).returncode == 0
    assert host.calls("docker")[-1].endswith("awslogs-stream=ip-1/proxy caddy:2")


def test_nothing_writes_below_data_while_the_volume_is_not_there(containers: tuple[Host, Path]) -> None:
    host, release = containers
    host.command("mountpoint", "exit 1\n")
    options = ["--volume", "/data/database:/files"]
    assert host.run("tenfold-container", "database", "postgres:17", *options, release=release).returncode == 1
    assert host.calls("docker") == []
    assert host.run("tenfold-container", "app", "shop:1", release=release).returncode == 0


def test_without_settings_nothing_starts_but_without_the_registry_the_old_image_does(
    containers: tuple[Host, Path],
) -> None:
    host, release = containers
    host.command("docker", '[ "$1" != pull ]\n')
    assert host.run("tenfold-container", "app", "shop:1", release=release).returncode == 0
    host.command("tenfold-settings", "exit 1\n")
    before = len(host.calls("docker"))
    assert host.run("tenfold-container", "app", "shop:1", release=release).returncode == 1
    assert len(host.calls("docker")) == before
