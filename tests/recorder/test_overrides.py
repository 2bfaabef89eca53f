"""An override that names what is not there is told before anything runs, whoever records; the rest gets through."""

import json

import pytest

from blueprints.problem import catalogue
from stacks import overrides
from tenfold import cli, recorder
from tenfold.recorder.light import inputs, tables

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


@pytest.mark.parametrize("code", ["TF-O001", "TF-O002"])
def test_the_wrong_example_provokes_its_code_and_the_right_one_is_fine(problems, code):
    assert [found[0] for found in problems(catalogue()[code]["wrong"])] == [code]
    assert problems(catalogue()[code]["right"]) == []


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
    assert problems("overrides: {shop-database-primary: {multi_az: true, ca_cert_identifier: x}}") == []


def test_every_input_of_every_type_is_known_and_reaches_the_sdk_under_its_name():
    seen = 0
    for module in tables.modules():
        table = tables.load(module)
        assert table is not None
        for raw in table.classes.values():
            known = tables.ClassTable(table, raw)
            names = {wire: python for python, (wire, *_) in known.inputs.items()}
            assert list(inputs.unknown(known.token, names)) == []
            assert list(overrides._in_python(names)) == list(names.values())
            seen += len(names)
    assert seen > 1000


def test_of_a_type_without_a_table_nothing_is_said():
    for token in (
        "random:index/randomPet:RandomPet",
        "aws:sqs/queue:Queue",
        "pulumi:providers:aws",
        "acme:index:Thing",
    ):
        assert list(inputs.unknown(token, {"x": 1})) == []
