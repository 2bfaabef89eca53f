"""What is refused whatever the engine would make of it: each names what, why and what to do instead."""

import dataclasses
from pathlib import Path

import pytest
from promoting import CHECKOUT, architecture, graph, state  # beside this file

from tenfold import exits
from tenfold.blueprints.resolve import load
from tenfold.commands.parts.promotion import not_ready
from tenfold.diff import compare
from tenfold.failure import Failure
from tenfold.refusals import permanent, refusal, rename


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
    found = permanent.changed_choices(held, wanted)
    assert len(found) == 1 and found[0].why and found[0].instead
    return f"{found[0].what} {found[0].instead}"


def test_what_stays_as_it_is_is_not_refused(stage_3):
    now, held = stage_3
    assert permanent.changed_choices(held, now) == []
    assert permanent.changed_choices([], now) == []
    assert permanent.changed_choices(held, changed(now, version="17.9")) == []


def test_another_region(stage_3):
    now, held = stage_3
    assert "region: us-east-1" in refused(held, changed(now, region="eu-west-1"))


def test_another_network(stage_3):
    now, held = stage_3
    network = dataclasses.replace(now.network, cidr="10.99.0.0/16")
    assert "10.40.0.0/16 to 10.99.0.0/16" in refused(held, changed(now, network=network))


def test_another_processor_for_the_server(tmp_path: Path):
    now = architecture(tmp_path, "shop", {"stage": 1})
    held = state(now)[1]
    server = now.server
    assert server and server.instance.startswith("t4g.")
    assert permanent.changed_choices(held, changed(now, server=dataclasses.replace(server, instance="m7g.large"))) == []
    wrong = refused(held, changed(now, server=dataclasses.replace(server, instance="t3.medium")))
    assert "(arm64) to t3.medium (x86_64)" in wrong and f"instance: {server.instance}" in wrong


def test_another_engine(stage_3):
    now, held = stage_3
    assert "database would go from postgres 17" in refused(held, changed(now, engine="mysql", version="8.4"))


@pytest.mark.parametrize("version", ["16", "18"])
def test_another_major_version_is_refused_once(tmp_path: Path, stage_3, version: str):
    """In the difference, where `diff` has it from: not a second time here."""
    now, held = stage_3
    wanted = architecture(tmp_path, "shop", {"stage": 3}, f'database: {{version: "{version}"}}\n')
    assert permanent.changed_choices(held, wanted) == []
    [refusal] = compare(graph(now), graph(wanted)).refused
    assert f"engineVersion 17 → {version}" in refusal.what and refusal.component == "shop-database"


def test_a_limit_below_what_the_storage_has_grown_to(stage_3):
    now, held = stage_3
    storage = now.database.storage
    primary(held)["outputs"]["allocatedStorage"] = float(storage.up_to)
    assert permanent.changed_choices(held, now) == []
    primary(held)["outputs"]["allocatedStorage"] = storage.up_to + 10
    assert f"has grown to {storage.up_to + 10} GiB" in refused(held, now)


def test_a_minor_version_that_aws_has_left_behind(stage_3):
    now, held = stage_3
    primary(held)["outputs"]["engineVersionActual"] = "17.6"
    assert "postgres 17.6 to postgres 17.4" in refused(held, changed(now, version="17.4"))
    assert permanent.changed_choices(held, changed(now, version="17")) == []


def test_cluster_mode_goes_step_by_step_and_never_back(stage_3):
    now, held = stage_3
    (group,) = (r for r in held if r["type"].endswith(":ReplicationGroup"))

    def to(mode):
        return changed(now, cache=dataclasses.replace(now.cache, cluster_mode=mode))

    assert "write `cache: {shards: compatible}` first" in refused(held, to("enabled"))
    assert permanent.changed_choices(held, to("compatible")) == []
    group["inputs"]["clusterMode"] = "enabled"
    assert "write `cache: {shards: 1}` again" in refused(held, to("compatible"))


def test_the_container_of_stage_1_counts(tmp_path: Path):
    now = architecture(tmp_path, "shop", {"stage": 1})
    held = state(now)[1]
    wanted = architecture(tmp_path, "shop", {"stage": 2, "promoting_from": 1}, 'database: {version: "16"}\n')
    assert "the database on shop-server" in permanent.changed_choices(held, wanted)[0].why
    later = architecture(tmp_path, "shop", {"stage": 1}, 'database: {version: "18"}\n')
    assert "filled from a dump" in permanent.changed_choices(held, later)[0].instead, "PostgreSQL converts no files"


def test_mysql_in_the_container_converts_its_files(tmp_path: Path):
    def on(version):
        return architecture(tmp_path, "shop", {"stage": 1}, f'database: {{engine: mysql, version: "{version}"}}\n')

    assert permanent.changed_choices(state(on("8.0"))[1], on("8.4")) == []
    assert permanent.changed_choices(state(on("8.4"))[1], on("8.0"))


def test_all_of_it_at_once(stage_3):
    now, held = stage_3
    network = dataclasses.replace(now.network, cidr="10.99.0.0/16")
    found = permanent.changed_choices(held, changed(now, region="eu-west-1", network=network))
    with pytest.raises(Failure) as failure:
        refusal.refuse(found)
    assert failure.value.code == exits.REFUSED and len(failure.value.remedies) == 2 == len(
        failure.value.why.splitlines()
    )


def test_an_application_that_keeps_state(tmp_path: Path):
    file = tmp_path / "shop.yaml"
    file.write_text("name: shop\nstage: 3\npromoting_from: 2\napp: {image: 'ghcr.io/acme/shop:1.4.2'}\n")
    with pytest.raises(Failure) as failure:
        refusal.refuse(not_ready(load(file).problems))
    assert failure.value.code == exits.REFUSED and "stateless" in " ".join(failure.value.remedies)


def test_another_name(tmp_path: Path):
    stacks = tmp_path / "stacks" / "shop-prod"
    stacks.mkdir(parents=True)
    said = "config:\n  tenfold:blueprint: blueprints/shop.yaml\n  tenfold:environment: prod\n"
    (stacks / "Pulumi.shop-prod.yaml").write_text(said)
    (stacks / "Pulumi.broken.yaml").write_text("{")
    known = rename.known_stacks([stacks])
    found = rename.find_rename("store-prod", "blueprints/shop.yaml", "prod", known)
    assert found and "name: shop" in found.instead
    assert rename.find_rename("shop-prod", "blueprints/shop.yaml", "prod", known) is None
    assert rename.find_rename("store-dev", "blueprints/shop.yaml", "dev", known) is None


def test_the_container_counts_beside_a_managed_database_too(tmp_path: Path):
    """During a promotion both are there, and the one on the server has the data."""
    during = architecture(tmp_path, "shop", {"stage": 2, "promoting_from": 1})
    held = state(during)[1]
    later = architecture(tmp_path, "shop", {"stage": 2, "promoting_from": 1}, 'database: {version: "18"}\n')
    [found] = permanent.changed_choices(held, later)
    volume = next(r["urn"] for r in held if r["urn"].endswith("::shop-server-data"))
    assert "the database on shop-server" in found.why and "docs/stages/1.md" in found.instead
    assert f"--accept-loss '{volume}'" in found.instead
    assert permanent.changed_choices(held, later, [volume]) == [], "its files have been dumped, and may be lost"


def test_the_way_to_another_version_is_written_down():
    page = (CHECKOUT / "docs" / "stages" / "1.md").read_text(encoding="utf-8")
    section = page.split("## Another version of the database")[1].split("\n## ")[0]
    assert section.index("pg_dump") < section.index("--accept-loss") < section.rindex("pg_restore")


@pytest.mark.parametrize(
    ("stage", "extra", "type_", "path"),
    [
        (1, "database: {engine: mysql}\n", "tenfold:index:Server", ("database", "version", "8.0")),
        (2, "", "aws:rds/instance:Instance", ("engineVersion", "16")),
        (3, "", "aws:elasticache/replicationGroup:ReplicationGroup", ("engineVersion", "7.2")),
    ],
)
def test_another_default_moves_nothing_that_is_deployed(tmp_path: Path, stage: int, extra: str, type_: str, path):
    """A later release of tenfold chooses another version; nobody has asked for it."""

    def asked(text: str):
        file = tmp_path / "shop.yaml"
        file.write_text((CHECKOUT / "blueprints" / "shop.yaml").read_text() + text)
        return load(file, environment="prod", stage=stage)

    resolution = asked(extra)
    assert resolution.architecture
    held = state(resolution.architecture)[1]
    assert permanent.changed_defaults(held, resolution.architecture, resolution.origins) == []
    inputs = next(r for r in held if r["type"] == type_)["inputs"]
    *above, key, version = path
    for name in above:
        inputs[name] = dict(inputs[name])
        inputs = inputs[name]
    inputs[key] = version
    [found] = permanent.changed_defaults(held, resolution.architecture, resolution.origins)
    assert f'version: "{version}"' in found.instead and "by default" in found.what
    what = "cache" if stage == 3 else "database"
    now = getattr(resolution.architecture, what).version
    said = asked(f'{what}: {{{"engine: mysql, " if stage == 1 else ""}version: "{now}"}}\n')
    assert said.architecture and permanent.changed_defaults(held, said.architecture, said.origins) == []


def keeper(tmp_path: Path, said: str):
    """The blueprint of stage 3 whose database's password is kept as `said`."""
    file = tmp_path / "shop.yaml"
    password = f"database: {{password: {said}}}\n" if said else ""
    file.write_text(f"name: shop\nstage: 3\napp: {{image: 'a:1', stateless: true}}\n{password}")
    resolution = load(file, environment="prod")
    assert resolution.architecture
    return resolution.architecture, resolution.origins


def test_the_keeper_of_the_password_changes_only_when_somebody_says_so(tmp_path: Path):
    held = state(keeper(tmp_path, "{keeper: rds}")[0])[1]
    assert primary(held)["inputs"]["manageMasterUserPassword"], "as stacks of earlier releases have it"

    def asked(held, said: str):
        return permanent.changed_defaults(held, *keeper(tmp_path, said))

    [refusal] = asked(held, "")
    assert "keeper: rds" in refusal.instead and "keeper: stack" in refusal.instead
    assert asked(held, "{generation: 1}") == [refusal]
    assert asked(held, "{keeper: rds}") == asked(held, "{keeper: stack}") == asked([], "") == []
    assert asked(state(keeper(tmp_path, "")[0])[1], "") == []


def test_what_stage_4_needs_is_chosen_with_the_first_managed_database(tmp_path: Path):
    before, after = (graph(architecture(tmp_path, "shop", {"stage": stage})) for stage in (3, 4))
    found = [change for change in compare(before, after).changes if change.component == "shop-database"]
    assert [(change.name, p.path) for change in found for p in change.properties if "assword" in p.path] == []
    assert not [change for change in found if change.custom], "the promotion leaves the database alone"


def test_a_rotation_shows_that_the_password_changes(tmp_path: Path):
    before, after = (graph(keeper(tmp_path, f"{{generation: {n}}}")[0]) for n in (1, 2))
    [database] = after.resources_named("shop-database-primary")
    (behind,) = database.property_dependencies["password"]
    assert behind.endswith("::shop-database-login-value-2")
    [change] = [c for c in compare(before, after).changes if c.name == "shop-database-primary"]
    assert (change.effect, [(p.path, p.old, p.new) for p in change.properties]) == (
        "restart",
        [("password", "[secret]", "[secret]")],
    )
