"""Properties of what starts the hosts: user data that cloud-init takes and EC2 accepts."""

import base64
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from tenfold.blueprints.architecture import Architecture
from tenfold.graph import Graph, Resource

SCHEMA = Path(__file__).parents[1] / "data" / "cloud-init-22.4.2-schema.json"
LONGEST = 16 * 1024  # bytes before base64; EC2, "Run commands when you launch an EC2 instance with user data input"
HOSTS = ("aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate")


def user_data(resource: Resource) -> str:
    """The text a host is started with, or nothing."""
    given = resource.inputs.get("userData") if resource.type in HOSTS else None
    if not isinstance(given, str):
        return ""
    return base64.b64decode(given).decode() if resource.type == HOSTS[1] else given


def starts_by_valid_cloud_config(graph: Graph, _: Architecture) -> Iterator[str]:
    hosts = [r for r in graph if r.type in HOSTS and not r.component.endswith("-cluster")]  # of which EKS starts them
    if not hosts:
        yield "there is no host"
    for resource in hosts:
        text = user_data(resource)
        if not text.startswith("#cloud-config\n"):
            yield f"{resource.name}: user data does not begin with #cloud-config"
            continue
        if len(text.encode()) > LONGEST:
            yield f"{resource.name}: user data has {len(text.encode())} bytes, EC2 takes {LONGEST}"
        for wrong in _validator().iter_errors(yaml.safe_load(text)):
            yield f"{resource.name}: user data: {wrong.message}"


@cache
def _validator() -> Any:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()))


def asks_for_a_session_token_of_the_metadata_service(graph: Graph, _: Architecture) -> Iterator[str]:
    """IMDSv2: a request that an application was tricked into must not read the host's credentials."""
    for resource in graph:
        options = resource.inputs.get("metadataOptions") if resource.type in HOSTS else {"httpTokens": "required"}
        if not isinstance(options, dict) or options.get("httpTokens") != "required":
            yield f"{resource.name}: IMDSv1 is open"


CHECKS = (starts_by_valid_cloud_config, asks_for_a_session_token_of_the_metadata_service)
