"""A resource's options as they stand in the registration request."""

from typing import Any

from tenfold.recorder.light.outputs import Output
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.light.shapes import ANY
from tenfold.recorder.light.values import Registered, serialize


def request_options(light: Registration) -> dict[str, Any]:
    found = _from_class(light)
    if light.protect is not None:
        found["protect"] = light.protect
    if not light.custom and light.providers:
        found["providers"] = {package: provider.reference for package, provider in light.providers.items()}
    given = light.options
    if len(given) > ("parent" in given):  # most have a parent and nothing else
        _flags(given, found)
        _lists(light, given, found)
        _others(given, found)
    return found


def _from_class(light: Registration) -> dict[str, Any]:
    """What the generated constructor adds by itself."""
    table = light.table
    if table is None:
        return {}
    found: dict[str, Any] = {}
    if table.aliases:
        found["aliases"] = [{"spec": {"type": type_, "parentUrn": ""}} for type_ in table.aliases]
    if table.secrets:
        found["additionalSecretOutputs"] = list(table.secrets)
    if table.replace:
        found["replaceOnChanges"] = list(table.replace)
    return found


def _flags(given: dict[str, Any], found: dict[str, Any]) -> None:
    for option, name in (("retain_on_delete", "retainOnDelete"), ("delete_before_replace", "deleteBeforeReplace")):
        if option in given:
            found[name] = given[option]


def _lists(light: Registration, given: dict[str, Any], found: dict[str, Any]) -> None:
    """The program's entries come before the class's own."""
    inputs, outputs = (light.table.inputs, light.table.outputs) if light.table else ({}, {})
    for option, name, known in (
        ("ignore_changes", "ignoreChanges", inputs),
        ("replace_on_changes", "replaceOnChanges", inputs),
        ("additional_secret_outputs", "additionalSecretOutputs", outputs),
    ):
        if given.get(option):
            wires = [known[entry][0] if entry in known else entry for entry in given[option]]
            found[name] = wires + found.get(name, [])
    if given.get("aliases"):
        found["aliases"] = [_alias(alias) for alias in given["aliases"]] + found.get("aliases", [])
    if given.get("hide_diffs"):
        found["hideDiffs"] = list(given["hide_diffs"])


def _others(given: dict[str, Any], found: dict[str, Any]) -> None:
    for option, name in (("import_", "importId"), ("plugin_download_url", "pluginDownloadURL")):
        if given.get(option):
            found[name] = given[option]
    if given.get("deleted_with"):
        found["deletedWith"] = given["deleted_with"]._light.urn
    if given.get("replace_with"):
        found["replaceWith"] = [resource._light.urn for resource in given["replace_with"]]
    if given.get("env_var_mappings"):
        found["envVarMappings"] = dict(given["env_var_mappings"])
    for option, name in (("transforms", "transforms"), ("state_migrations", "stateMigrations")):
        if given.get(option):
            found[name] = len(given[option])
    if "replacement_trigger" in given:
        found["replacementTrigger"] = serialize(given["replacement_trigger"], ANY, [], "replacement_trigger")
    timeouts = given.get("custom_timeouts")
    if timeouts is not None:
        times = timeouts if isinstance(timeouts, dict) else vars(timeouts)
        found["customTimeouts"] = {
            step: times[step] for step in ("create", "update", "delete", "read") if times.get(step)
        }


def _alias(alias: Any) -> dict[str, Any]:
    alias = _value(alias)
    if isinstance(alias, str):
        return {"urn": alias}
    fields = {"name": alias.name, "type": alias.type_, "stack": alias.stack, "project": alias.project}
    spec = {key: known for key, value in fields.items() if value is not ... and (known := _value(value))}
    if alias.parent is None:
        spec["noParent"] = True
    elif alias.parent is ...:
        spec["parentUrn"] = ""
    else:
        spec["parentUrn"] = alias.parent._light.urn if isinstance(alias.parent, Registered) else _value(alias.parent)
    return {"spec": spec}


def _value(value: Any) -> Any:
    return value.resolved()[0] if isinstance(value, Output) else value
