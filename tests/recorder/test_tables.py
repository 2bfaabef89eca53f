"""The committed tables are what the installed SDK says, and the answers are complete."""

import json

import pytest
import yaml

from tenfold.graph import stateful_types
from tenfold.providers.aws import input_facts
from tenfold.recorder import answers, make_zones
from tenfold.recorder.errors import NoAnswer
from tenfold.recorder.light import make_tables, tables


def test_tables_are_current():
    wanted = dict(make_tables.tables())
    committed = {path.name: path.read_text() for path in tables.TABLES.glob("*.json")}
    assert sorted(committed) == sorted(wanted)
    changed = [name for name in wanted if committed[name] != wanted[name]]
    assert not changed, "run `make docs`"


def test_zones_are_current():
    assert make_zones.ZONES.read_text() == make_zones.text(), "run `make docs`"


def test_every_modelled_function_has_a_complete_answer():
    arguments = {"name": "/aws/service/x"}
    seen = 0
    for module in tables.modules():
        for function in _table(module).functions.values():
            answer = answers.call(function["token"], arguments, "eu-central-1")
            given = set(answer) | set(function["arguments"].values())
            assert {wire for wire, _ in function["result"].values()} <= given, function["token"]
            seen += 1
    assert seen == len(answers._ANSWERS)


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_partitions(region, partition, suffix):
    answer = answers.call("aws:index/getPartition:getPartition", {}, region)
    assert (answer["partition"], answer["dnsSuffix"]) == (partition, suffix)


def test_zones_leave_out_what_the_program_excludes():
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    assert answers.call(token, {}, "us-west-1")["names"] == ["us-west-1a", "us-west-1b"]
    assert answers.call(token, {"excludeNames": ["us-west-1a"]}, "us-west-1")["names"] == ["us-west-1b"]
    with pytest.raises(NoAnswer, match="moon-1"):
        answers.call(token, {}, "moon-1")


def test_stateful_types_are_types_the_provider_has():
    known = set(json.loads((input_facts.DATA / "aws-inputs.json").read_bytes())["types"])
    ours = {entry["token"] for module in tables.modules() for entry in _table(module).classes.values()}
    modelled = set(stateful_types()) & (ours | known)
    assert {"aws:rds/instance:Instance", "aws:ebs/volume:Volume", "aws:kms/key:Key"} <= modelled
    assert all(stateful_types().values())


def test_allow_list_is_sorted_and_unique():
    for package in tables.PACKAGES:
        wanted = yaml.safe_load((make_tables.HERE / "types" / f"{package}.yaml").read_text())
        assert list(wanted) == sorted(wanted)
        for names in (names for module in wanted.values() for names in module.values()):
            assert names == sorted(set(names))


def test_tables_are_small_enough_to_load_at_once():
    """The figure of the light recorder's design: tables are a fraction of a plan's time."""
    total = sum(len(path.read_bytes()) for path in tables.TABLES.glob("pulumi_aws*.json"))
    assert total < 400_000
    total = sum(len(path.read_bytes()) for path in tables.TABLES.glob("pulumi_kubernetes*.json"))
    assert total < 100_000
    for module in tables.modules():
        assert _table(module).version == tables.version(module.partition(".")[0])


def _table(module: str) -> tables.Table:
    table = tables.load(module)
    assert table is not None
    return table
