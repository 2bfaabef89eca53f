"""An override that names what is not there is told before anything runs, whoever records; the rest gets through."""

import json

import pytest

from tenfold import cli, recorder
from tenfold.blueprints.resolve import load
from tenfold.blueprints.source.codes import catalogue
from tenfold.recorder.light import inputs, tables
from tenfold.recorder.program import run_of
from tenfold.refusals import overrides
from tenfold.stacks.overrides import _in_python

BASE = "name: shop\nstage: 2\napp: {image: ghcr.io/acme/shop:1.4.2}\n"
PRIMARY = "aws:rds/instance:Instance"

Found = list[tuple[str, int, int, str]]


@pytest.fixture
def problems(tmp_path, monkeypatch, capsys):
    """Of `plan` for a blueprint that ends with this text: (code, line, column, what is said)."""

    def of(text: str, *options: str) -> Found:
        file = tmp_path / "shop.yaml"
        file.write_text(BASE + text)
        monkeypatch.setattr("sys.argv", ["tenfold", "plan", str(file), "--json", *options])
        code = cli.run()
        document = json.loads(capsys.readouterr().out)
        assert code == (2 if "problems" in document else 0)
        return [
            (p["code"], p["line"], p["column"], f"{p['message']} {p['hint']}") for p in document.get("problems", ())
        ]

    return of


@pytest.mark.parametrize("code", ["TF-O001", "TF-O002", "TF-O003"])
def test_the_wrong_example_provokes_its_code_and_the_right_one_is_fine(problems, code):
    assert [found[0] for found in problems(catalogue()[code]["wrong"])] == [code]
    assert problems(catalogue()[code]["right"]) == []


def test_a_secret_in_an_override_is_warned_of(problems):
    wrong = catalogue()["TF-O004"]["wrong"].strip().replace("}}", ", multiAz: perhaps}}")
    assert [found[0] for found in problems(wrong)] == ["TF-O004", "TF-O003"]


def test_what_only_the_local_cloud_cannot_do_counts_there_alone(tmp_path):
    (tmp_path / "shop.yaml").write_text(BASE + catalogue()["TF-O006"]["wrong"])
    resolution = load(tmp_path / "shop.yaml")
    assert resolution.architecture is not None
    for local, codes in ((False, []), (True, ["TF-O006"])):
        run = run_of(resolution.architecture)
        _, wrong = overrides.record_with_problems(resolution, lambda run=run: recorder.record(run), local)
        assert [problem.code for problem in wrong] == codes


def test_what_aws_would_refuse_is_said_before_anything_runs(problems):
    found = problems(
        "overrides:\n"
        "  shop-database-primary:\n"
        "    backupRetentionPeriod: 60\n"
        "    multi_az: perhaps\n"
        "    password: correct-horse\n"
        "    monitoringInterval: 7\n"
        "  shop-server-group: {ingress: [{protocol: tcp, fromPort: 90, toPort: 80, cidrBlocks: [10.0.0.0/8]}]}\n"
        "  shop-network-vpc: {cidrBlock: null}\n"
        "  shop-encryption-key: {deletionWindowInDays: 3}\n"
        "environments:\n"
        "  prod: {overrides: {shop-encryption-key: {rotationPeriodInDays: 5}}}\n"
        "database: {password: {keeper: rds}}\n",
        "--env",
        "prod",
    )
    assert [(code, line, column) for code, line, column, _ in found] == [
        ("TF-O003", 6, 28), ("TF-O003", 7, 15), ("TF-O004", 8, 5), ("TF-O003", 8, 15), ("TF-O003", 9, 25),
        ("TF-O003", 10, 59), ("TF-O003", 12, 47), ("TF-O003", 14, 66),
    ]  # fmt: skip
    retention, multi, _, password, interval, port, window, rotation = [said for *_, said in found]
    assert "between 0 and 35" in retention and "Without the override it is 7." in retention
    assert "'perhaps' is not true or false" in multi
    assert "manageMasterUserPassword" in password and "correct-horse" not in password
    assert "0, 1, 5" in interval
    assert "ingress[0].fromPort: 90 is above toPort 80" in port
    assert "between 7 and 30" in window and "between 90 and 2560" in rotation


@pytest.mark.parametrize(
    ("override", "column", "said"),
    [
        ("shop-database-primary: {tags: 5}", 43, "tags: a map is needed, not 5"),
        ("shop-database-primary: {vpcSecurityGroupIds: {a: b}}", 58, "a list is needed"),
        ("shop-database-primary: {instanceClass: [db.t4g.small]}", 52, "is not a single value"),
        ("shop-network-vpc: {instanceTenancy: {a: 1}}", 49, "is not a single value"),
        ("shop-server-instance: {root_block_device: many}", 55, "a block is needed, not 'many'"),
    ],
)
def test_a_value_of_another_form_stops_no_program(problems, override, column, said):
    """The SDK itself stops at some of these."""
    ((code, line, at, message),) = problems(f"overrides: {{{override}}}")
    assert (code, line, at) == ("TF-O003", 4, column) and said in message


@pytest.mark.parametrize("kind", [recorder.FAST, recorder.SDK])
def test_all_at_once_each_at_its_place(problems, kind):
    found = problems(
        "overrides:\n"
        "  shop-database-primary:\n"
        "    performanceInsightsRetentoinPeriod: 31\n"
        "    endpoint: elsewhere\n"
        "    restoreToPointInTime: {useLatestRestorableTim: true}\n"
        "  shop-databse-primary: {multiAz: true}\n"
        "  shop-server-group: {ingress: [{fromPort: 1}, {toProt: 2}]}\n",
        "--recorder",
        kind,
    )
    assert [(code, line, column) for code, line, column, _ in found] == [
        ("TF-O002", 6, 5), ("TF-O002", 7, 5), ("TF-O002", 8, 28), ("TF-O001", 9, 3), ("TF-O002", 10, 49),
    ]  # fmt: skip
    retention, endpoint, nested, _, listed = [said for *_, said in found]
    assert "mean performanceInsightsRetentionPeriod" in retention
    assert f"{PRIMARY} takes no `endpoint`: it is an output" in endpoint
    assert f"{PRIMARY}.restoreToPointInTime takes no" in nested
    assert "mean toPort" in listed


def test_the_environment_is_marked_where_it_says_the_property(problems):
    found = problems(
        "overrides: {shop-database-primary: {multiAZZ: true, zzz: 1}}\n"
        "environments:\n"
        "  prod: {overrides: {shop-database-primary: {multiAZZ: false}}}\n",
        "--env",
        "prod",
    )
    assert [(code, line) for code, line, *_ in found] == [("TF-O002", 4), ("TF-O002", 6)]
    assert "multiAz?" in found[1][3]


def test_names_as_python_writes_them_are_fine_too(problems):
    assert problems("overrides: {shop-database-primary: {multi_az: true, ca_cert_identifier: rds-ca-rsa2048-g1}}") == []


def test_every_input_of_every_type_is_known_and_reaches_the_sdk_under_its_name():
    seen = 0
    for module in tables.modules():
        table = tables.load(module)
        assert table is not None
        for raw in table.classes.values():
            known = tables.ClassTable(table, raw)
            names = {wire: python for python, (wire, *_) in known.inputs.items()}
            assert list(inputs.unknown(known.token, names)) == []
            assert list(_in_python(names)) == list(names.values())
            seen += len(names)
    assert seen > 1000


def test_of_a_type_without_a_table_nothing_is_said():
    for token in (
        "random:index/randomPet:RandomPet",
        "aws:glacier/vault:Vault",  # of AWS, and in no component
        "pulumi:providers:aws",
        "acme:index:Thing",
    ):
        assert list(inputs.unknown(token, {"x": 1})) == []
