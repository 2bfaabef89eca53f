"""Raw `pulumi` asks what `tenfold` asks: a run that would undo or unprotect stops before anything is registered."""

from pathlib import Path
from types import SimpleNamespace

import pulumi
import pytest

from tenfold.blueprints.resolve import load
from tenfold.stacks import program, standing
from tenfold.stacks.standing import Standing

TEXT = (Path(__file__).parents[2] / "blueprints" / "shop.yaml").read_text()


def resolved(folder: Path, prod: str):
    file = folder / "shop.yaml"
    file.write_text(TEXT.replace("prod: {}", f"prod: {prod}"))
    return load(file, environment="prod")


def refused(folder: Path, before: Standing | None, prod: str) -> str:
    with pytest.raises(pulumi.RunError) as stopped:
        program._refuse_unasked(before, resolved(folder, prod), "shop.yaml --env prod")
    return str(stopped.value)


MOVED = Standing(2, from_stage=1, moved_data=True, used=True)


@pytest.mark.parametrize(
    ("before", "prod", "said"),
    [
        (MOVED, "{stage: 2, promoting_from: 1}", "moved: {data: true}"),
        (MOVED, "{stage: 1}", "too late"),
        (Standing(1), "{stage: 2}", "has to move in between"),
        (Standing(2), "{stage: 2, throwaway: true}", "asks for each resource by name"),
    ],
)
def test_what_tenfold_would_ask_about_stops(tmp_path: Path, before: Standing, prod: str, said: str):
    told = refused(tmp_path, before, prod)
    assert said in told and told.startswith("refused: ") and told.endswith("Nothing was changed.")
    assert "tenfold" in told


@pytest.mark.parametrize(
    ("before", "prod"),
    [
        (None, "{stage: 2, throwaway: true}"),
        (Standing(2, throwaway=True), "{stage: 1, throwaway: true}"),
        (Standing(2, throwaway=True), "{stage: 2}"),
        (Standing(2), "{stage: 2}"),
        (MOVED, "{stage: 2, promoting_from: 1, moved: {data: true}}"),
    ],
)
def test_first_ups_and_what_goes_on_do_not(tmp_path: Path, before: Standing | None, prod: str):
    program._refuse_unasked(before, resolved(tmp_path, prod), "shop.yaml --env prod")


def test_the_engine_is_asked_for_the_stack_s_own_outputs(monkeypatch: pytest.MonkeyPatch):
    asked = []

    def invoke(token: str, properties: dict[str, str]):
        asked.append((token, properties))
        return SimpleNamespace(value={"name": properties["name"], "outputs": {"stage": 2.0}})

    monkeypatch.setattr(pulumi.runtime, "invoke", invoke)
    assert standing.read(program._earlier_outputs()) == Standing(2)
    [(token, properties)] = asked
    assert token == "pulumi:pulumi:readStackOutputs" and properties["name"].count("/") == 2
