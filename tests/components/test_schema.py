"""Components can be served to other languages: Pulumi's analyzer understands every argument and output."""

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from components.balancer import Balancer
from components.budget import Budget
from components.cache import Cache
from components.database import Database
from components.domain import Domain
from components.encryption import Encryption
from components.fleet import Fleet
from components.memcached import Memcached
from components.network import Network
from components.notifications import Notifications
from components.records import Records
from components.server import Server
from components.settings import Settings
from components.shard_map import ShardMap
from components.signals import Signals
from components.tokens import Tokens
from components.uploads import Uploads

COMPONENTS = [
    Balancer,
    Budget,
    Cache,
    Database,
    Domain,
    Encryption,
    Fleet,
    Memcached,
    Network,
    Notifications,
    Records,
    Server,
    Settings,
    ShardMap,
    Signals,
    Tokens,
    Uploads,
]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_arguments_and_outputs_have_a_schema_and_words(component: type[pulumi.ComponentResource]) -> None:
    found = Analyzer("tenfold").analyze([component])["component_definitions"][component.__name__]
    assert len(found.outputs) == len(component.__annotations__)
    assert all(argument.description for argument in found.inputs.values()), "every argument is described"
