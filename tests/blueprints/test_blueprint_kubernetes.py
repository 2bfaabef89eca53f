"""Services on Kubernetes in a blueprint: a cluster where one runs, and what cannot work is refused at its place."""

from pathlib import Path

import pytest

from tenfold.blueprints.architecture.services import Kubernetes, MachineGroup
from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.standby import standby_of
from tenfold.blueprints.unused_values import explain_unused

TOP = "name: shop\nstage: 6\ndomain: shop.example.com\napp: {image: ghcr.io/acme/shop:1.4.2, stateless: true}\n"
DEPLOY = "arn:aws:iam::123456789012:role/deploy"
ADMINS = f"admins: {{deploy: '{DEPLOY}'}}"
CLUSTER = f"kubernetes: {{{ADMINS}}}\n"


def resolve(text: str, tmp_path: Path) -> Resolution:
    path = tmp_path / "shop.yaml"
    path.write_text(TOP + text)
    return load(path)


def search(more: str = "", name: str = "search") -> str:
    route = "image: ghcr.io/acme/search:0.9.0, route: /search/*, runs_on: kubernetes"
    return f"services: {{{name}: {{{route}{', ' if more else ''}{more}}}}}\n"


def test_a_cluster_is_there_where_a_service_runs_on_it(tmp_path: Path) -> None:
    resolution = resolve(CLUSTER + search("cpu: 250m"), tmp_path)
    a = resolution.architecture
    assert a and not resolution.problems and a.kubernetes
    assert (a.kubernetes.version, a.kubernetes.admins) == ("1.35", {"deploy": DEPLOY})
    service = a.services["search"]
    assert (service.copies_min, service.copies_max, service.cpu) == (2, 50, 0.25)
    assert explain_unused(a, ("services", "search", "servers"))[1] == "it runs on kubernetes"
    assert not explain_unused(a, ("services", "search", "pods"))[1]
    on_servers = resolve(
        search("scaling: {settle: 9m}, priority: 5").replace("kubernetes", "servers"), tmp_path
    ).architecture
    assert on_servers
    for path in (("scaling", "settle"), ("priority",)):
        assert explain_unused(on_servers, ("services", "search", *path))[1] == "it runs on servers"

    retired = resolve(CLUSTER + search("retired: true, data: {engine: bucket}"), tmp_path).architecture
    assert retired and retired.kubernetes is None
    assert explain_unused(retired, ("kubernetes", "version"))[1] == "no service has `runs_on: kubernetes`"


def test_a_group_leaves_auto_mode_what_it_does_not_take_of_the_limit(tmp_path: Path) -> None:
    def group(more: str) -> Kubernetes:
        resolution = resolve(f"kubernetes: {{{ADMINS}, nodes: managed{more}}}\n" + search(), tmp_path)
        assert resolution.architecture and resolution.architecture.kubernetes and not resolution.problems
        return resolution.architecture.kubernetes

    sized = group("")
    assert sized.group == MachineGroup("m7g.large", 3) and sized.auto_cpus == 200 - 6
    assert group(", processor: amd64").group == MachineGroup("m7i.large", 3)
    assert group(", machines: 4, instance: m7g.xlarge, cpu_limit: 16").auto_cpus == 0, "all machines are the group's"

    auto = resolve(CLUSTER + search(), tmp_path).architecture
    assert auto and auto.kubernetes and auto.kubernetes.group is None
    assert explain_unused(auto, ("kubernetes", "instance"))[1] == "`kubernetes.nodes` is auto"


@pytest.mark.parametrize(("mode", "has_group"), [("pilot-light", False), ("warm", False), ("hot", True)])
def test_a_region_that_waits_with_few_pods_has_no_group_until_it_takes_over(
    mode: str, has_group: bool, tmp_path: Path
) -> None:
    def standby(more: str = "") -> Kubernetes:
        regions = f"regions: {{standby: {{region: us-west-2, mode: {mode}}}{more}}}\n"
        path = tmp_path / "shop.yaml"
        path.write_text(TOP.replace("stage: 6", "stage: 7") + regions + MANAGED + "cpu_limit: 40}\n" + search())
        a = load(path).architecture
        assert a and a.kubernetes and a.kubernetes.group
        there = standby_of(a).kubernetes
        assert there
        return there

    waits, serves = standby(), standby(", active: standby")
    assert bool(waits.group) is has_group and waits.auto_cpus == (34 if has_group else 40)
    assert serves.group == MachineGroup("m7g.large", 3)


MANAGED = f"kubernetes: {{{ADMINS}, nodes: managed, "


@pytest.mark.parametrize(
    ("text", "code", "pointed", "words"),
    [
        (search(), "TF-R190", "kubernetes}", "Name whoever runs `up`"),
        (
            f"kubernetes: {{admins: {{a: '{DEPLOY}', b: '{DEPLOY}'}}}}\n" + search(),
            "TF-R190",
            f"'{DEPLOY}'",
            "same role",
        ),
        (
            f"kubernetes: {{{ADMINS}, viewers: {{all: '{DEPLOY}'}}}}\n" + search(),
            "TF-R190",
            f"'{DEPLOY}'",
            "`deploy` is the same role",
        ),
        (
            f"kubernetes: {{{ADMINS}, viewers: {{deploy: '{DEPLOY}s'}}}}\n" + search(),
            "TF-R190",
            f"'{DEPLOY}s'",
            "among `admins` too",
        ),
        ("kubernetes: {processor: amd64}\n" + search(), "TF-R190", "kubernetes", "Name whoever runs `up`"),
        (f"kubernetes: {{{ADMINS}, reachable_from: [0.0.0.0/0]}}\n" + search(), "TF-R191", "0.0.0.0/0", "everybody"),
        (f"kubernetes: {{{ADMINS}, reachable_from: [10.0.0.0/8]}}\n" + search(), "TF-R191", "10.0.0.0/8", "private"),
        (f"kubernetes: {{{ADMINS}, reachable_from: [office]}}\n" + search(), "TF-R191", "office", "IPv4"),
        (f"kubernetes: {{{ADMINS}, version: '1.33'}}\n" + search(), "TF-R192", "'1.33'", "on 2026-07-29. Supported: "),
        (f"kubernetes: {{{ADMINS}, version: '1.36'}}\n" + search(), "TF-R192", "'1.36'", "not known here"),
        (f"network: {{nat: none}}\n{CLUSTER}" + search(), "TF-R193", "none", "nat: one"),
        (CLUSTER + search("secrets: [DATABASE]"), "TF-R196", "DATABASE]", "a setting of the stack"),
        (
            CLUSTER + search("secrets: [KEY], env: {KEY_SECRET_ARN: here}"),
            "TF-R196",
            "KEY]",
            "KEY_SECRET_ARN`, which is in `env`",
        ),
        (CLUSTER + search("scaling: {track: 600 requests/server}"), "TF-R194", "600", "70%"),
        (CLUSTER + search("scaling: {track: 1%}"), "TF-R194", "1%", "at least 5%"),
        (CLUSTER + search("scaling: {track_memory: 20%}"), "TF-R194", "20%", "at least 30%"),
        (CLUSTER + search("scaling: {settle: 2h}"), "TF-V015", "2h", "at most 1h"),
        (CLUSTER + search("priority: 2000000000"), "TF-V015", "2000000000", "at most 1000000000"),
        (
            f"kubernetes: {{{ADMINS}, cpu_limit: 4}}\n" + search("cpu: 2, pods: 3-5"),
            "TF-R197",
            "4}",
            "cpu_limit: 12",
        ),
        (
            MANAGED + "instance: m7g.large, cpu_limit: 6}\n" + search("cpu: 2, pods: 2-3"),
            "TF-R197",
            "2, pods",
            "cpu_limit: 10",
        ),
        (MANAGED + "instance: m7i.large}\n" + search(), "TF-R198", "m7i.large", "or `processor: amd64`"),
        (MANAGED + "instance: t4g.small}\n" + search(), "TF-R198", "t4g.small", "at least 4 GiB"),
        (MANAGED + "instance: m7g.huge}\n" + search(), "TF-V012", "m7g.huge", "Nearest: m7g.large"),
        (MANAGED + "machines: 5, cpu_limit: 8}\n" + search(), "TF-R199", "8}", "cpu_limit: 10"),
        (MANAGED + "machines: 1}\n" + search(), "TF-V015", "1}", "at least 2"),
        (f"kubernetes: {{{ADMINS}, nodes: spot}}\n" + search(), "TF-V014", "spot", "auto or managed"),
        (CLUSTER + search(name="kube-search"), "TF-R195", "kube-search", "Choose another name"),
        (CLUSTER + search(name="amazon-cloudwatch"), "TF-R195", "amazon-cloudwatch", "the cluster's own"),
        (CLUSTER + search("pods: 1"), "TF-R006", "1}", "one pod"),
        ("kubernetes: {admins: {deploy: me}}\n" + search(), "TF-V039", "me", "role/deploy"),
        (f"kubernetes: {{admins: {{auto: '{DEPLOY}'}}}}\n" + search(), "TF-V038", "auto", "the machines' own"),
        (f"kubernetes: {{admins: {{The Deployer: '{DEPLOY}'}}}}\n" + search(), "TF-V038", "The", "Small letters"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, code: str, pointed: str, words: str, tmp_path: Path) -> None:
    [problem] = [problem for problem in resolve(text, tmp_path).problems if problem.is_error]
    line = (TOP + text).splitlines()[problem.line - 1]
    assert (problem.code, line[problem.column - 1 :][: len(pointed)]) == (code, pointed)
    assert words in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize("field", ["instance: m7g.large", "machines: 4"])
def test_a_group_that_is_not_there_is_warned_of(field: str, tmp_path: Path) -> None:
    found = resolve(f"kubernetes: {{{ADMINS}, {field}}}\n" + search(), tmp_path)
    [problem] = found.problems
    assert problem.code == "TF-R249" and not problem.is_error and "`nodes: auto`" in problem.message
    assert not resolve(MANAGED + f"{field}}}\n" + search(), tmp_path).problems
