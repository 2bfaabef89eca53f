"""What an interrupted run made and nobody noted is known by its id and a few names, and can be taken away by them."""

from moto import mock_aws

from tenfold.local.aws import Handlers
from tests.local.test_lifecycle import STAYS
from tests.local.world import REGION, SCENARIO, World, data


def test_everything_is_removed_by_what_the_journal_knows_of_it():
    with mock_aws():
        world = World(Handlers(None))
        for name, entry in data(SCENARIO).items():
            world.build(name, entry)
        wrong = []
        for made in reversed(world.made.values()):
            region = made.outputs.get("region", REGION)
            also = world.handlers.identifying(made.token, {**made.inputs, **made.outputs})
            try:
                world.handlers.remove(made.token, made.id, also, region)
                there = world.handlers.read(made.token, made.id, made.outputs, made.inputs, region) is not None
                wrong += [f"{made.name} is still there"] if there and made.token not in STAYS else []
            except Exception as error:  # noted, so that every resource is tried
                wrong.append(f"{made.name}: {type(error).__name__}: {error}")
    assert not wrong


def test_a_protected_database_that_was_only_just_made():
    scenario = data(SCENARIO)
    with mock_aws():
        world = World(Handlers(None))
        needed = list(scenario)[: list(scenario).index("db") + 1]
        for name in needed:
            entry = {k: v for k, v in scenario[name].items() if k != "update"}
            protected = {"deletionProtection": True, "skipFinalSnapshot": False, "finalSnapshotIdentifier": "last"}
            world.build(name, {**entry, "inputs": {**entry["inputs"], **(protected if name == "db" else {})}})
        made = world.made["db"]
        assert not made.error
        also = world.handlers.identifying(made.token, made.inputs)
        world.handlers.remove(made.token, made.id, also, REGION)
        assert world.handlers.read(made.token, made.id, made.outputs, made.inputs, REGION) is None
