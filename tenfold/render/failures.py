"""What went wrong in the engine or the cloud: the resource, the property, and the blueprint's line it comes from."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tenfold import secrecy

_CRASHED = "exited prematurely"
_AFTER_CRASH = re.compile(rf"{_CRASHED}|transport|connection refused|error reading from server|EOF")
# Messages of the engine's processes about each other when it is stopped; they say nothing about the cloud.
_AFTER_STOP = re.compile(
    "|".join(
        (
            r"[Rr]esource monitor (has terminated|shut ?down)",  # pulumi.runtime.settings; deploy/source_eval.go
            r"Already waiting for shutdown",  # deploy/source_eval.go
            r"[Cc]allback .* was cancelled",  # pulumi.runtime._callbacks
            r"context cancell?ed|code = Canceled",  # Go's context; grpc's codes
            r"^cancell?ed$",  # deploy/deployment_executor.go
            r"grpc: the (client )?connection is closing|the SubConn is closing",  # grpc-go clientconn.go, stream.go
            r"transport is closing|error reading from server: EOF",  # grpc-go internal/transport
            rf"{_CRASHED}|signal: (killed|interrupt)",  # resource/plugin: the second signal ends providers too
        )
    )
)
# What the program hears when a resource has failed: it names no cause of its own.
_AFTER_FAILURE = re.compile(r"^[Rr]esource monitor (has terminated|shut ?down)")
# A look-up has no resource, and the provider's message about it names no field.
_NO_ZONE = "aws:route53/getZone:getZone failed"
# The engine's message when a provider's Check refuses: type, name, and sometimes the property and its value.
_REFUSED = re.compile(
    r"^\S+ resource '[^']+'(: property (?P<named>\S+) value \{(?P<value>.*?)\})? has a problem: (?P<reason>.*?)"
    r"(\.? Examine values at '[^']*?\.(?P<examined>[\w\[\].]+)'\.?)?$",
    re.DOTALL,
)


def lines(result: Any, target: Any) -> Iterator[str]:
    errors = [problem for problem in result.progress.problems if problem.severity == "error"]
    if any(_CRASHED in problem.message for problem in errors):
        yield "  The provider's process ended in the middle; what it had begun may or may not have happened."
        errors = [problem for problem in errors if not _AFTER_CRASH.search(problem.message)]
    if result.interrupted:
        stopped = [problem for problem in errors if _AFTER_STOP.search(problem.message)]
        yield from _unanswered(problem.urn for problem in stopped)
        errors = [problem for problem in errors if problem not in stopped]
    caused = [problem for problem in errors if _AFTER_FAILURE.search(problem.message)]
    errors = [problem for problem in errors if problem not in caused] or errors
    for problem in errors:
        yield from _one(problem, target)
    if not errors and not result.interrupted and not result.progress.problems:
        yield from (f"  {line}" for line in secrecy.censor_text(result.failed).splitlines())


def _unanswered(urns: Iterable[str]) -> Iterator[str]:
    """Resources whose operation was stopped before it was answered."""
    calls = [urn for urn in urns if "::" in urn and not urn.split("::")[2].endswith("pulumi:Stack")]
    if calls:
        names = ", ".join(dict.fromkeys(urn.rsplit("::", 1)[-1] for urn in calls))
        yield f"  stopped before an answer came, so it may or may not have happened: {names}"


def _one(problem: Any, target: Any) -> Iterator[str]:
    message, prop = problem.message, ""
    refused = _REFUSED.match(message)
    if refused:
        prop = refused["named"] or refused["examined"] or ""
        secret = secrecy.is_secret(problem.urn.split("::")[2].split("$")[-1], prop) if "::" in problem.urn else False
        value = f" (it is {secrecy.MASK if secret else refused['value']})" if refused["value"] else ""
        message = refused["reason"] + value
    name = problem.urn.rsplit("::", 1)[-1]
    kind = problem.urn.split("::")[2].split("$")[-1].rsplit(":", 1)[-1] if "::" in problem.urn else ""
    yield f"  {name} ({kind}){f'.{prop}' if prop else ''}" if kind and kind != "Stack" else "  the program"
    for line in secrecy.censor_text(message).splitlines():
        yield f"    {line}"
    origin = _at("zone", target) if _NO_ZONE in message else place(problem.urn, prop or message, target)
    if origin:
        yield f"    from {origin}"
    if _NO_ZONE in message:
        yield "    do   make the hosted zone in Route 53, name another by `zone: example.com`, or write `zone: managed`"


def place(urn: str, text: str, target: Any) -> str:
    """`file:line:column` of the blueprint's value behind a resource's property; the nearest section otherwise."""
    if "::" not in urn:
        return ""
    name = urn.rsplit("::", 1)[-1]
    component = next((part.rsplit(":", 1)[-1] for part in urn.split("::")[2].split("$") if "tenfold:" in part), "")
    text_of_paths = Path(__file__).with_name("blueprint_paths.yaml").read_text(encoding="utf-8")
    known = yaml.safe_load(text_of_paths).get(component, {"section": component.lower()})
    if name in target.architecture.overrides:
        return _at(f"overrides.{name}", target)
    paths = [path for prop, path in known.items() if prop != "section" and re.search(rf"\b{prop}\b", text)]
    paths.append(known.get("section", ""))
    if service := target.architecture.service_of(name):
        paths = [f"services.{service}"]
    named = (path for pattern in paths for path in _named(pattern, name, target.resolution.origins))
    return next(filter(None, (_at(path, target) for path in named)), "")


def _named(path: str, resource: str, origins: Iterable[str]) -> Iterator[str]:
    """The path with the name that the resource has, in the place of `*`; the longest where several fit."""
    before, star, behind = path.partition("*")
    if not star:
        yield path
        return
    names = {origin[len(before) :].partition(".")[0] for origin in origins if origin.startswith(before)}
    yield from (f"{before}{n}{behind}" for n in sorted(names, key=len, reverse=True) if f"-{n}-" in resource)


def _at(path: str, target: Any) -> str:
    """The place of a path that the blueprint states, or (for a default) where the default is; "" for neither."""
    origin = target.resolution.origins.get(path)
    if origin and origin.line:
        return f"{short_path(origin.file)}:{origin.line}:{origin.column}  {path}"
    file, line, column = target.resolution.position(path) if path else ("", 0, 0)
    return f"{short_path(file)}:{line}:{column}  {path}" if line > 1 else ""


def short_path(file: Any) -> str:
    from tenfold.resolving import path_as_typed as short

    return short(Path(file))
