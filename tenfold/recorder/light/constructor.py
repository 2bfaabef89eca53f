"""Reads a generated resource constructor: which inputs are required, secret, constant, taken from the environment.

None of this is metadata anywhere, only code. The code is generated, so it has few forms; `Misunderstood` names the
first statement that has another.
"""

import ast
import inspect
import textwrap
from dataclasses import dataclass, field
from typing import Any


class Misunderstood(Exception):
    pass


@dataclass
class Constructor:
    token: str = ""
    args_class: str = ""
    assigned: list[str] = field(default_factory=list)
    """Every property the constructor sets, inputs and outputs, in its order."""
    required: list[str] = field(default_factory=list)
    wrapped: dict[str, str] = field(default_factory=dict)
    """Input -> `secret`, `json` or `secret-json`."""
    constants: dict[str, Any] = field(default_factory=dict)
    """Input the constructor fills itself, whatever was given."""
    environment: dict[str, Any] = field(default_factory=dict)
    """Input -> default: {"value"} or {"reader", "variables", "value"}."""
    aliases: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    replace: list[str] = field(default_factory=list)


def read_constructor(class_: Any) -> Constructor:
    tree = ast.parse(textwrap.dedent(inspect.getsource(class_._internal_init))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    read = Constructor()
    _statements(tree.body, read)
    return read


_IGNORED = (
    "opts = pulumi.ResourceOptions.merge(",
    "if opts is None:",
    "if opts.version is None:",
    "if not isinstance(opts, pulumi.ResourceOptions)",
    "if __props__ is not None:",
    "pulumi.log.warn",
)
_OPTIONS = ("secret_opts = ", "alias_opts = ", "replace_on_changes_opts = ")


def _statements(body: list[ast.stmt], read: Constructor) -> None:
    for node in body:
        text = ast.unparse(node)
        if text.startswith(_IGNORED) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if text.startswith("if opts.id is None:") and isinstance(node, ast.If):
            _statements(node.body, read)
        elif isinstance(node, ast.If):
            _condition(node, text, read)
        elif isinstance(node, ast.Assign):
            _assignment(node, text, read)
        elif text.startswith("super(") and isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            read.token = _token(node.value.args[0])
        else:
            raise Misunderstood(text[:200])


def _token(node: ast.expr) -> str:
    """Text, or a pattern over arguments: `kubernetes:{api_version}:{kind}`."""
    return ast.unparse(node)[2:-1] if isinstance(node, ast.JoinedStr) else ast.literal_eval(node)


def _condition(node: ast.If, text: str, read: Constructor) -> None:
    if "warnings.warn" in text:  # a deprecated input: a warning, nothing else
        return
    if " is None and (not opts.urn)" in text and isinstance(node.test, ast.BoolOp):
        compare = node.test.values[0]
        assert isinstance(compare, ast.Compare)
        read.required.append(_name(compare.left))
        return
    inner = node.body[0]
    if isinstance(node.test, ast.Compare) and ast.unparse(node.test).endswith(" is None") and len(node.body) == 1:
        assert isinstance(inner, ast.Assign)
        read.environment[_name(node.test.left)] = _default(inner.value)
        return
    raise Misunderstood(text[:200])


def _default(value: ast.expr) -> dict[str, Any]:
    if isinstance(value, ast.Constant):
        return {"value": value.value}
    call, fallback = value, None
    if isinstance(value, ast.BoolOp):
        call, fallback = value.values[0], ast.literal_eval(value.values[1])
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith("get_env"):
        variables = [ast.literal_eval(argument) for argument in call.args]
        return {"reader": call.func.attr, "variables": variables, "value": fallback}
    raise Misunderstood(ast.unparse(value)[:200])


def _assignment(node: ast.Assign, text: str, read: Constructor) -> None:
    value = node.value
    if text.startswith(_OPTIONS) and isinstance(value, ast.Call):
        _options(value, read)
    elif text.startswith("__props__ = ") and isinstance(value, ast.Call):
        read.args_class = ast.unparse(value.func).split(".")[0]
    elif text.startswith("__props__.__dict__[") and isinstance(node.targets[0], ast.Subscript):
        _property(ast.literal_eval(node.targets[0].slice), value, read)
    else:
        raise Misunderstood(text[:200])


def _property(key: str, value: ast.expr, read: Constructor) -> None:
    read.assigned.append(key)
    if isinstance(value, ast.Constant):
        if value.value is not None:
            read.constants[key] = value.value
        return
    form = ast.unparse(value)
    to_json = f".apply(pulumi.runtime.to_json) if {key} is not None else None"
    forms = {
        key: "",
        f"None if {key} is None else pulumi.Output.secret({key})": "secret",
        f"pulumi.Output.from_input({key}){to_json}": "json",
        f"pulumi.Output.secret({key}){to_json}": "secret-json",
    }
    if form not in forms:
        raise Misunderstood(form[:200])
    if forms[form]:
        read.wrapped[key] = forms[form]


def _options(call: ast.Call, read: Constructor) -> None:
    for keyword in call.keywords:
        if keyword.arg == "aliases" and isinstance(keyword.value, ast.List):
            for alias in keyword.value.elts:
                if not (isinstance(alias, ast.Call) and [k.arg for k in alias.keywords] == ["type_"]):
                    raise Misunderstood(ast.unparse(alias))
                read.aliases.append(ast.literal_eval(alias.keywords[0].value))
        elif keyword.arg == "additional_secret_outputs":
            read.secrets = ast.literal_eval(keyword.value)
        elif keyword.arg == "replace_on_changes":
            read.replace = ast.literal_eval(keyword.value)
        else:
            raise Misunderstood(ast.unparse(call)[:200])


def _name(node: ast.expr) -> str:
    assert isinstance(node, ast.Name)
    return node.id
