"""A resource's options as they stand in the registration request."""

from typing import Any

from tenfold.recorder.light.outputs import Output
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.light.shapes import ANY
from tenfold.recorder.light.values import Registered, serialize


def request_options(light: Registration) -> dict[str, Any]:
    request = _from_class(light)
    if light.protect is not None:
        request["protect"] = light.protect
    if not light.custom and light.providers:
        request["providers"] = {package: provider.reference for package, provider in light.providers.items()}
    options = light.options
    if len(options) > ("parent" in options):  # most have a parent and nothing else
        _flags(options, request)
        _lists(light, options, request)
        _others(options, request)
    return request


def _from_class(light: Registration) -> dict[str, Any]:
    """What the generated constructor adds by itself."""
    table = light.table
    if table is None:
        return {}
    request: dict[str, Any] = {}
    if table.aliases:
        request["aliases"] = [{"spec": {"type": type_, "parentUrn": ""}} for type_ in table.aliases]
    if table.secrets:
        request["additionalSecretOutputs"] = list(table.secrets)
    if table.replace:
        request["replaceOnChanges"] = list(table.replace)
    return request


def _flags(options: dict[str, Any], request: dict[str, Any]) -> None:
    for option, name in (("retain_on_delete", "retainOnDelete"), ("delete_before_replace", "deleteBeforeReplace")):
        if option in options:
            request[name] = options[option]


def _lists(light: Registration, options: dict[str, Any], request: dict[str, Any]) -> None:
    """The program's entries come before the class's own."""
    inputs, outputs = (light.table.inputs, light.table.outputs) if light.table else ({}, {})
    for option, name, known in (
        ("ignore_changes", "ignoreChanges", inputs),
        ("replace_on_changes", "replaceOnChanges", inputs),
        ("additional_secret_outputs", "additionalSecretOutputs", outputs),
    ):
        if options.get(option):
            wires = [known[entry][0] if entry in known else entry for entry in options[option]]
            request[name] = wires + request.get(name, [])
    if options.get("aliases"):
        request["aliases"] = [_alias(alias) for alias in options["aliases"]] + request.get("aliases", [])
    if options.get("hide_diffs"):
        request["hideDiffs"] = list(options["hide_diffs"])


def _others(options: dict[str, Any], request: dict[str, Any]) -> None:
    for option, name in (("import_", "importId"), ("plugin_download_url", "pluginDownloadURL")):
        if options.get(option):
            request[name] = options[option]
    if options.get("deleted_with"):
        request["deletedWith"] = options["deleted_with"]._light.urn
    if options.get("replace_with"):
        request["replaceWith"] = [resource._light.urn for resource in options["replace_with"]]
    if options.get("env_var_mappings"):
        request["envVarMappings"] = dict(options["env_var_mappings"])
    for option, name in (("transforms", "transforms"), ("state_migrations", "stateMigrations")):
        if options.get(option):
            request[name] = len(options[option])
    if "replacement_trigger" in options:
        request["replacementTrigger"] = serialize(options["replacement_trigger"], ANY, [], "replacement_trigger")
    timeouts = options.get("custom_timeouts")
    if timeouts is not None:
        times = timeouts if isinstance(timeouts, dict) else vars(timeouts)
        request["customTimeouts"] = {
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
    return value.resolve()[0] if isinstance(value, Output) else value
