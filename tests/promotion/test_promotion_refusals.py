"""What is refused whatever the engine would make of it: each names what, why and what to do instead."""

import dataclasses
from pathlib import Path

import pytest
from promoting import architecture, state  # beside this file

from blueprints.resolve import load
from tenfold import exits, refusals
from tenfold.failure import Failure


@pytest.fixture
def stage_3(tmp_path: Path):
    now = architecture(tmp_path, "shop", {"stage": 3})
    held = state(now)[1]
    primary(held)["outputs"]["engineVersionActual"] = "17.2"
    return now, held


def primary(held):
    return next(r for r in held if r["urn"].endswith("::shop-database-primary"))


def changed(now, **how):
    database = {key: value for key, value in how.items() if key in ("engine", "version")}
    rest = {key: value for key, value in how.items() if key not in database}
    return dataclasses.replace(now, database=dataclasses.replace(now.database, **database), **rest)


def refused(held, wanted) -> str:
    found = refusals.changed_for_good(held, wanted)
    assert len(found) == 1 and found[0].why and found[0].instead
    return f"{found[0].what} {found[0].instead}"


def test_what_stays_as_it_is_is_not_refused(stage_3):
    now, held = stage_3
    assert refusals.changed_for_good(held, now) == []
    assert refusals.changed_for_good([], now) == []
    assert refusals.changed_for_good(held, changed(now, version="18")) == [], "an upgrade"
    assert refusals.changed_for_good(held, changed(now, version="17.9")) == []


def test_another_region(stage_3):
    now, held = stage_3
    assert "region: us-east-1" in refused(held, changed(now, region="eu-west-1"))


def test_another_network(stage_3):
    now, held = stage_3
    network = dataclasses.replace(now.network, cidr="10.99.0.0/16")
    assert "10.40.0.0/16 to 10.99.0.0/16" in refused(held, changed(now, network=network))


@pytest.mark.parametrize("how", [{"version": "16"}, {"engine": "mysql", "version": "8.4"}], ids=["older", "another"])
def test_an_engine_that_cannot_read_the_files(stage_3, how: dict):
    now, held = stage_3
    assert "database would go from postgres 17" in refused(held, changed(now, **how))


def test_a_minor_version_that_aws_has_left_behind(stage_3):
    now, held = stage_3
    primary(held)["outputs"]["engineVersionActual"] = "17.6"
    assert "postgres 17.6 to postgres 17.4" in refused(held, changed(now, version="17.4"))
    assert refusals.changed_for_good(held, changed(now, version="17")) == []


def test_cluster_mode_goes_step_by_step_and_never_back(stage_3):
    now, held = stage_3
    (group,) = (r for r in held if r["type"].endswith(":ReplicationGroup"))

    def to(mode):
        return changed(now, cache=dataclasses.replace(now.cache, cluster_mode=mode))

    assert "write `cache: {shards: compatible}` first" in refused(held, to("enabled"))
    assert refusals.changed_for_good(held, to("compatible")) == []
    group["inputs"]["clusterMode"] = "enabled"
    assert "write `cache: {shards: 1}` again" in refused(held, to("compatible"))


def test_the_container_of_stage_1_counts(tmp_path: Path):
    now = architecture(tmp_path, "shop", {"stage": 1})
    held = state(now)[1]
    wanted = architecture(tmp_path, "shop", {"stage": 2, "promoting_from": 1}, 'database: {version: "16"}\n')
    assert "the database on shop-server" in refusals.changed_for_good(held, wanted)[0].why


def test_all_of_it_at_once(stage_3):
    now, held = stage_3
    found = refusals.changed_for_good(held, changed(now, region="eu-west-1", version="15"))
    with pytest.raises(Failure) as failure:
        refusals.refuse(found)
    assert failure.value.code == exits.REFUSED and len(failure.value.remedies) == 2 == len(
        failure.value.why.splitlines()
    )


def test_an_application_that_keeps_state(tmp_path: Path):
    file = tmp_path / "shop.yaml"
    file.write_text("name: shop\nstage: 3\npromoting_from: 2\napp: {image: 'ghcr.io/acme/shop:1.4.2'}\n")
    with pytest.raises(Failure) as failure:
        refusals.refuse(refusals.not_ready(load(file).problems))
    assert failure.value.code == exits.REFUSED and "stateless" in " ".join(failure.value.remedies)


def test_another_name(tmp_path: Path):
    stacks = tmp_path / "stacks" / "shop-prod"
    stacks.mkdir(parents=True)
    said = "config:\n  tenfold:blueprint: blueprints/shop.yaml\n  tenfold:environment: prod\n"
    (stacks / "Pulumi.shop-prod.yaml").write_text(said)
    (stacks / "Pulumi.broken.yaml").write_text("{")
    known = refusals.known_stacks([stacks])
    found = refusals.renamed("store-prod", "blueprints/shop.yaml", "prod", known)
    assert found and "name: shop" in found.instead
    assert refusals.renamed("shop-prod", "blueprints/shop.yaml", "prod", known) is None
    assert refusals.renamed("store-dev", "blueprints/shop.yaml", "dev", known) is None
