"""Which layer wins, where a value says it comes from, and what the architecture then holds."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.assemble import assemble
from tenfold.blueprints.assemble.values import Values
from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.stages import presets

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
Load = Callable[..., Resolution]


def built(resolution: Resolution) -> Architecture:
    assert resolution.architecture is not None, resolution.problems
    return resolution.architecture


def test_the_smallest_blueprint_is_complete(blueprint: Load) -> None:
    resolution = blueprint("")
    architecture = built(resolution)
    assert (architecture.name, architecture.stage, architecture.environment) == ("shop", 1, "base")
    assert architecture.capabilities == {"server"}
    assert architecture.database.pooling.via == "none"
    assert resolution.problems == []


def test_shop_has_no_problems_in_any_environment() -> None:
    shapes = {}
    for environment in ("dev", "staging", "prod"):
        resolution = load(SHOP, environment=environment)
        assert [p.code for p in resolution.problems] == (["TF-R116"] if environment == "prod" else [])  # has no domain
        shapes[environment] = built(resolution)
    assert [a.stage for a in shapes.values()] == [1, 2, 3]
    assert shapes["dev"].throwaway
    prod = shapes["prod"]
    assert prod.server is None
    assert prod.fleet and prod.fleet.servers_min == 2
    assert prod.balancer and prod.cache and prod.database.standby
    assert prod.signals.notify == ("email:team-shop@example.com",)


def test_each_layer_wins_over_the_one_below(blueprint: Load) -> None:
    text = "stage: 2\nload: {users: 500}\n"
    assert blueprint(text).origins["database.instance"].kind == "sizing"
    text += "database: {instance: db.t4g.large, backups: {keep: 10d}}\n"
    assert blueprint(text).origins["database.instance"].kind == "blueprint"
    text += "environments: {prod: {database: {backups: {keep: 20d}}}, dev: {}}\n"
    prod, dev = blueprint(text, "prod"), blueprint(text, "dev")
    assert built(prod).database.backups.keep == 20
    assert prod.origins["database.backups.keep"].kind == "environment"
    assert built(prod).database.instance == "db.t4g.large"
    assert built(dev).database.backups.keep == 10
    assert blueprint("stage: 2").origins["database.backups.keep"].kind == "stage"


def test_mappings_are_merged_by_key_and_lists_are_replaced(blueprint: Load) -> None:
    text = (
        "tags: {a: '1', b: '1'}\napp: {image: a/b:1, env: {X: '1', Y: '1'}, secrets: [A, B]}\n"
        "environments: {prod: {tags: {b: '2', c.d: '2'}, app: {env: {Y: '2'}, secrets: [C]}}}"
    )
    prod = built(blueprint(text, "prod"))
    assert prod.tags == {"a": "1", "b": "2", "c.d": "2"}
    assert prod.app.env == {"X": "1", "Y": "2"}
    assert prod.app.secrets == ("C",)


def test_an_environment_takes_back_what_the_top_said(blueprint: Load) -> None:
    text = (
        "stage: 2\ndomain: shop.example.com\ndatabase: {backups: {keep: 9d}, instance: db.t4g.large}\n"
        "environments: {dev: {domain: null, database: null}, prod: }"
    )
    dev = built(blueprint(text, "dev"))
    assert dev.domain is None
    assert dev.database.backups.keep == 7
    assert built(blueprint(text, "prod")).domain == "shop.example.com"


def test_origins_name_the_place(blueprint: Load) -> None:
    resolution = blueprint("load:\n  users: 80\nenvironments:\n  prod:\n    load: {data: 3GiB}\n", "prod")
    users, data = resolution.origins["load.users"], resolution.origins["load.data"]
    assert (users.kind, users.line, users.column, users.text) == ("blueprint", 2, 10, "80")
    assert (data.kind, data.line, data.column, data.text) == ("environment", 5, 18, "3GiB")
    drain = resolution.origins["app.drain"]
    assert drain.file == "blueprints/stages/1-single-server.yaml"
    lines = (Path(__file__).parents[2] / drain.file).read_text().splitlines()
    assert lines[drain.line - 1].strip().startswith("app.drain:")


def test_every_value_has_an_origin_and_every_default_a_reason() -> None:
    resolution = load(SHOP, environment="prod")
    assert set(resolution.origins) == set(resolution.values)
    for path, origin in resolution.origins.items():
        assert origin.why or origin.line, path
    for preset in presets.presets().values():
        for path, default in preset.defaults.items():
            assert len(default.why) > 10, path


def test_position_of_overrides(blueprint: Load) -> None:
    text = (
        "overrides:\n  shop-a: {x: 1}\n  shop-b: {x: 1}\nenvironments:\n  prod:\n    overrides:\n      shop-b: {x: 2}\n"
    )
    resolution = blueprint(text, "prod")
    assert resolution.position("overrides.shop-a")[1:] == (2, 3)
    assert resolution.position("overrides.shop-a.x")[1:] == (2, 12)
    assert resolution.position("overrides.shop-b")[1:] == (7, 7)
    assert resolution.position("overrides.shop-b.nothing")[1:] == (7, 7)
    assert built(resolution).overrides == {"shop-a": {"x": 1}, "shop-b": {"x": 2}}


def test_overrides_keep_any_value(blueprint: Load) -> None:
    text = "overrides: {shop-a: {x: null, y: [1, {z: 1.5}], 'a.b': {c: true}}}"
    assert built(blueprint(text)).overrides == {"shop-a": {"x": None, "y": [1, {"z": 1.5}], "a.b": {"c": True}}}


def test_an_environments_override_is_merged_into_the_tops(blueprint: Load) -> None:
    """Blocks by name, lists and single values whole; a block in place of a value, and the other way round."""
    text = (
        "overrides: {a: {check: {path: /x, every: 5}, list: [1, 2], was: 1, block: {in: {x: 1, y: 2}}, gone: {z: 1}}}\n"
        "environments:\n"
        "  prod: {overrides: {a: {check: {every: 9, path: null}, list: [3], was: {now: 2}, block: {in: 7}, gone: {}}}}"
    )
    resolution = blueprint(text, "prod")
    assert built(resolution).overrides == {
        "a": {
            "check": {"path": None, "every": 9}, "list": [3], "was": {"now": 2}, "block": {"in": 7}, "gone": {"z": 1},
        }
    }  # fmt: skip
    assert resolution.origins["overrides.a.check.every"].line == resolution.position("overrides.a.check.every")[1]
    assert resolution.origins["overrides.a.check.every"].kind == "environment"
    assert resolution.origins["overrides.a.gone.z"].kind == "blueprint"


def test_capabilities_early_and_left_out(blueprint: Load) -> None:
    early = built(blueprint("with: [database]\ndatabase: {standby: true}"))
    assert early.capabilities == {"server", "database"}
    assert early.database.standby and early.database.pooling.via == "pgbouncer"
    text = "stage: 3\napp: {image: a/b:1, stateless: true}\nwithout: [sessions]"
    assert built(blueprint(text)).cache is None
    back = built(blueprint("stage: 3\nwithout: [fleet, balancer, sessions]"))
    assert back.capabilities == {"server", "database"}
    both = built(blueprint("with: [fleet, balancer, database]\napp: {image: a/b:1, stateless: true}"))
    assert both.capabilities == {"fleet", "balancer", "database"}
    assert both.network.nat == "one"


def test_a_promotion_has_both_stages_parts(blueprint: Load) -> None:
    text = "stage: 3\npromoting_from: 2\napp: {image: a/b:1, stateless: true}\nserver: {instance: t4g.large}"
    resolution = blueprint(text)
    architecture = built(resolution)
    assert architecture.capabilities == {"server", "database", "balancer", "fleet", "sessions"}
    assert architecture.server and architecture.server.instance == "t4g.large"
    assert architecture.promoting_from == 2
    assert resolution.problems == []


def test_environments_may_be_at_different_stages(blueprint: Load) -> None:
    text = (
        "stage: 1\nserver: {instance: t4g.large}\nfleet: {servers: 3}\napp: {image: a/b:1, stateless: true}\n"
        "environments: {dev: {}, test: {stage: 3}}"
    )
    assert blueprint(text, "dev").problems == []
    assert blueprint(text, "test").problems == []


def test_any_environment_name_is_fine_where_none_are_listed(blueprint: Load) -> None:
    assert built(blueprint("", "qa-7")).environment == "qa-7"
    (problem,) = blueprint("", "QA 7").problems
    assert problem.code == "TF-E002"


def test_mysql_gets_a_version_and_pooling_it_can_use(blueprint: Load) -> None:
    database = built(blueprint("stage: 2\ndatabase: {engine: mysql}")).database
    assert (database.version, database.pooling.via) == ("8.4", "none")


def test_warnings_alone_leave_the_architecture(blueprint: Load) -> None:
    resolution = blueprint("zone: managed")
    assert [p.severity for p in resolution.problems] == ["warning"]
    assert resolution.architecture is not None


@pytest.mark.parametrize("stage", list(presets.presets()))
def test_every_leaf_is_in_base_units(blueprint: Load, stage: int) -> None:
    """No text like 7d or 70% is left anywhere but in what people wrote as text."""

    def walk(value: object) -> None:
        if is_dataclass(value):
            for field in fields(value):
                walk(getattr(value, field.name))
        elif isinstance(value, str):
            assert not value.endswith(("%", "GiB", "requests/s")), value

    walk(built(blueprint("app: {image: a/b:1, stateless: true}", stage=stage)))


def test_the_server_keeps_its_size_while_a_promotion_runs(tmp_path) -> None:
    """Sized as the stage it comes from: for that stage's users, with the database it still holds."""

    def server(top: str):
        file = tmp_path / "shop.yaml"
        file.write_text(f"name: shop\n{top}\napp: {{image: a/b:1, stateless: true}}\n")
        architecture = load(file).architecture
        assert architecture is not None
        return architecture.server

    assert server("stage: 5\npromoting_from: 1") == server("stage: 1")
    assert server("stage: 2\npromoting_from: 1") == server("stage: 1")
    assert server("stage: 3\npromoting_from: 2") == server("stage: 2")


WIDE = """
stage: {stage}
app: {{image: a/b:1, stateless: true, env: {{A: b}}, secrets: [X], jobs: {{image: c/d:1, command: [work]}}}}
domain: shop.example.com
owner: team-shop
budget: 100 USD/month
tags: {{cost-center: shop}}
load: {{usage: {{requests: 5M}}}}
cdn: {{error_page: /sorry.html}}
fleet: {{spot: {{share: 50%}}, scaling: {{{mechanism}schedules: {{night: {{cron: 0 22 * * *, servers: 2}}}}}}}}
database: {{parameters: {{work_mem: 8192}}, shards: {{key: user, count: 2, i_have_tried: [cache]}}}}
queues: {{orders: {{acceptable_delay: 1m, message_takes: 1s, order: fifo}}}}
kubernetes: {{admins: {{me: "arn:aws:iam::123456789012:role/deploy"}}, nodes: managed, reachable_from: [192.0.2.0/24],
  viewers: {{you: "arn:aws:iam::123456789012:role/you"}}}}
services: {{search: {{image: "a/b:1", route: /search/*, runs_on: kubernetes, data: {data}}}}}
overrides: {{shop-network-vpc: {{enableDnsSupport: false}}}}
"""

UNITS = "{engine: dynamodb, table: {read_units: 1-9, write_units: 1-9}}"


def test_no_value_is_lost_on_its_way_to_the_architecture(blueprint: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the grammar takes and `assemble` forgets would have no effect, and nobody would be told."""
    lost: list[set[str]] = []

    def assembled(values: Values, *more: Any) -> Architecture:
        whole = assemble(values, *more)
        lost.append({".".join(route) for route in values.by_route if _is_ignored(route, values, whole, more)})
        return whole

    monkeypatch.setattr("tenfold.blueprints.resolve.assemble", assembled)
    for stage in presets.presets():
        for mechanism in ("", "out_at: 70%, "):
            blueprint(WIDE.format(stage=stage, mechanism=mechanism, data=UNITS))
    # What runs on Kubernetes is counted by `pods`.
    assert set.intersection(*lost) == {"edition", "services.search.servers"}


def _is_ignored(route: Route, values: Values, whole: Architecture, more: tuple[Any, ...]) -> bool:
    changed = Values({**values.by_route, route: object()}, values.capabilities, values.sizes_before)
    try:
        return assemble(changed, *more) == whole
    except (TypeError, AttributeError, ValueError):
        return False  # it was looked at
