"""The policy pack's process: the engine's analyzer protocol over a house's rules. The engine starts it, reads its port.

pulumi-policy would do the same and pins an older protobuf than the rest of tenfold has; the protocol is in the SDK.
"""

import importlib.metadata
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc as protocol
from pulumi.runtime.proto import plugin_pb2

from tenfold.blueprints.reading.field_rules import FieldRule
from tenfold.blueprints.reading.house import FILE, House, find_rules_file, open_house
from tenfold.local.provider.protocol import properties
from tenfold.policy.judging import Resource, Stack, is_judged, refusals, stack

PACK = "tenfold-house-rules"
MESSAGE_LIMIT = 400 << 20  # the engine's own, sdk/go/common/util/rpcutil
_VERSION = importlib.metadata.version("tenfold")
_ROOT = "pulumi:pulumi:Stack"
_COMPONENT = "tenfold:index:"


class HousePolicies(protocol.AnalyzerServicer):
    """The rules of the `tenfold-rules.yaml` that is nearest to where pulumi runs."""

    def __init__(self) -> None:
        self._house, self._stack, self._missing = House(), Stack(("",)), ""

    def Handshake(self, request: Any, context: Any) -> Any:
        here = Path.cwd()  # pulumi's; the request names the pack's folder
        file = find_rules_file(here / "program")
        self._house = open_house(file)
        self._missing = "" if file else f"There is no {FILE} in {here} or above it, up to the root of its project."
        return messages.AnalyzerHandshakeResponse()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        self._stack = stack(request.stack, request.config)
        return messages.AnalyzerStackConfigureResponse()

    def Configure(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=_VERSION)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        rules = {rule.name: rule for rule in self._house.rules if is_judged(rule)}
        policies = [
            messages.PolicyInfo(
                name=name, description=rule.reason or rule.words,
                enforcementLevel=messages.ADVISORY if rule.is_warning else messages.MANDATORY,
                policy_type=messages.POLICY_TYPE_RESOURCE,
            )
            for name, rule in rules.items()
        ]  # fmt: skip
        return messages.AnalyzerInfo(
            name=PACK, displayName="House rules", version=_VERSION, policies=policies, supportsConfig=False
        )

    def Analyze(self, request: Any, context: Any) -> Any:
        if request.type == _ROOT:
            return messages.AnalyzeResponse(diagnostics=self._of_the_file(request.urn))
        resource = Resource(
            request.type, request.name, properties(request.properties),
            properties(request.provider.properties).get("region"), components(request.urn),
        )  # fmt: skip
        broken = refusals(self._house.rules, self._stack, resource)
        return messages.AnalyzeResponse(diagnostics=self._diagnostics(broken, request.urn))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        return messages.AnalyzeResponse()

    def Remediate(self, request: Any, context: Any) -> Any:
        return messages.RemediateResponse()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _of_the_file(self, urn: str) -> Iterator[Any]:
        """What is wrong with the rules themselves: nothing is created by rules that cannot be read."""
        if self._missing:
            yield _diagnostic("rules-file", "house rules are read", self._missing, urn)
        for problem in self._house.problems:
            place = f"{problem.file}:{problem.line}:{problem.column}"
            text = f"{place} {problem.code} {problem.message} {problem.hint}".rstrip()
            yield _diagnostic("rules-file", "house rules are valid", text, urn)

    def _diagnostics(self, broken: Iterable[tuple[FieldRule, str]], urn: str) -> Iterator[Any]:
        for rule, text in broken:
            level = messages.ADVISORY if rule.is_warning else messages.MANDATORY
            yield _diagnostic(rule.name, rule.reason or rule.words, text, urn, level)


def components(urn: str) -> tuple[str, ...]:
    """tenfold's components that a resource is in: urn:pulumi:<stack>::<project>::<types from the outermost>::<name>."""
    tokens = urn.split("::")[2].split("$")[:-1]
    return tuple(token.removeprefix(_COMPONENT) for token in tokens if token.startswith(_COMPONENT))


def _diagnostic(policy: str, description: str, text: str, urn: str, level: Any = messages.MANDATORY) -> Any:
    return messages.AnalyzeDiagnostic(
        policyName=policy, policyPackName=PACK, policyPackVersion=_VERSION, description=description,
        message=text, enforcementLevel=level, urn=urn,
    )  # fmt: skip


def serve() -> None:
    """Until the engine ends the process."""
    limits = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=limits)
    protocol.add_AnalyzerServicer_to_server(HousePolicies(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.buffer.write(f"{port}\n".encode())
    sys.stdout.flush()
    threading.Event().wait()
