"""The rules for component authors (docs/component-authors.md) that can be checked by reading the source.

What cannot be decided from the source, such as an Output in an f-string, is refused when the program is recorded.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tenfold.blueprints.value import Value
from tenfold.recorder.errors import short

POLICIES = {"policy", "assume_role_policy", "access_policy", "inline_policy", "policy_document", "redrive_policy"}
PROVIDERS = {"pulumi_aws", "pulumi_kubernetes"}
BASES = {"ComponentResource", "Component"}
REFUSED_NAMES = {"StackReference", "ResourceHook", "ResourceHookBinding", "dynamic", "automation"}


class Violation(Value):
    file: str
    line: int
    rule: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.why}"


def violations(file: Path) -> list[Violation]:
    """Every rule `file` breaks, in its order."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    module = Module(tree)
    broken: set[Violation] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr | ast.keyword):
            for rule in RULES:
                name = rule.__name__.strip("_").replace("_", " ")
                broken |= {Violation(short(str(file.resolve())), node.lineno, name, why) for why in rule(node, module)}
    return sorted(broken, key=lambda violation: (violation.line, violation.rule))


class Module:
    """What a rule may ask about the file: which names are a provider's, which classes are components."""

    def __init__(self, tree: ast.Module):
        self.modules: set[str] = set()
        self.classes: set[str] = set()
        """Resource classes imported by name."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.modules |= {
                    name.asname or name.name.partition(".")[0]
                    for name in node.names
                    if _package(name.name) in PROVIDERS
                }
            elif isinstance(node, ast.ImportFrom) and _package(node.module or "") in PROVIDERS:
                for name in node.names:
                    (self.classes if name.name[0].isupper() else self.modules).add(name.asname or name.name)
        self.components = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _is_component(node)]

    def resource(self, call: ast.Call) -> str:
        """The class a call constructs, `ec2.Vpc`, or nothing."""
        text = ast.unparse(call.func)
        name = text.rpartition(".")[2]
        if not name[:1].isupper() or name.endswith(("Args", "ArgsDict")):
            return ""
        return text if text in self.classes or ("." in text and text.partition(".")[0] in self.modules) else ""


def _package(module: str) -> str:
    return module.partition(".")[0]


def _is_component(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).partition("[")[0].rpartition(".")[2] in BASES for base in node.bases)


def _future_annotations(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        yield "annotations become text, and Pulumi can no longer tell a component's inputs from them; leave it out"


def _imports(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [name.name for name in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        names = [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
    else:
        return
    for name in names:
        root, _, rest = name.partition(".")
        refused = root.startswith("pulumi") and root not in {"pulumi", *PROVIDERS}
        if refused or (root == "pulumi" and rest.partition(".")[0] in REFUSED_NAMES):
            yield f"{name} is not modelled by the recorder: plan would have to fall back to the SDK, ten times slower"


def _refused_names(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pulumi" and node.attr in REFUSED_NAMES:
        yield f"pulumi.{node.attr} needs a running engine, so the program could not be planned without one"


def _arguments_by_name(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.Call) and module.resource(node) and len(node.args) > 1:
        yield f"{module.resource(node)} takes its name by position, everything else by keyword"


def _policies_are_text(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.Call) and module.resource(node):
        for keyword in node.keywords:
            if keyword.arg in POLICIES and isinstance(keyword.value, ast.Dict):
                yield f"{keyword.arg} must be JSON text: json.dumps, or pulumi.Output.json_dumps when it holds Outputs"


def _no_dependency_on_oneself(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg == "depends_on":
        items = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
        if any(isinstance(item, ast.Name) and item.id == "self" for item in items):
            yield "a child that depends on its own component waits for itself; pass another resource's output instead"


def _no_provider_inside(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.ClassDef) and node in module.components:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and module.resource(call).endswith(".Provider"):
                yield "the stack chooses the provider, one a region; a component uses the one it is given"


def _children_have_options(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.ClassDef) and node in module.components:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and module.resource(call):
                arguments = {keyword.arg for keyword in call.keywords}
                if not arguments & {"opts", None}:
                    yield f"line {call.lineno}: {module.resource(call)} has no opts: it is not the component's child"


def _outputs_are_registered(node: ast.AST, module: Module) -> Iterator[str]:
    """The class that all others are made from leaves it to them, in a method that they call."""
    if isinstance(node, ast.ClassDef) and node in module.components:
        calls = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
        if not calls & {"self._register", "self.register_outputs"}:
            yield f"{node.name} never calls self._register, so the engine never knows that it is complete"


def _token_is_the_class(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.ClassDef) and node in module.components:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and call.args:
                token = call.args[0]
                if isinstance(token, ast.Constant) and str(token.value).split(":")[1:] != ["index", _type(node)]:
                    yield f"the type is {token.value!r}; other languages look for <package>:index:{_type(node)}"


def _type(node: ast.ClassDef) -> str:
    """The class's name, or that of the one whose resources it goes on with: `goes_on_with = "Server"`."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "goes_on_with":
            return str(ast.literal_eval(statement.value))
    return node.name


def _inputs_can_be_described(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("TypedDict") for base in node.bases):
        for field in node.body:
            if isinstance(field, ast.AnnAssign):
                for name in _undescribable(field.annotation):
                    yield f"{ast.unparse(field.target)}: Pulumi's schema has no {name}; use str, a list, or a TypedDict"


def _undescribable(annotation: ast.expr) -> Iterator[str]:
    for part in ast.walk(annotation):
        if isinstance(part, ast.Name | ast.Attribute):
            name = ast.unparse(part).rpartition(".")[2]
            if name in ("Literal", "Annotated", "Union", "tuple", "set", "bytes"):
                yield name
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
            sides = {ast.unparse(part.left), ast.unparse(part.right)}
            if "None" not in sides:
                yield "union"


def _no_async(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.AsyncFunctionDef | ast.Await):
        yield "there is no loop while a plan is made; callbacks are plain functions"


def _no_getattr(node: ast.AST, module: Module) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef) and node.name in ("__getattr__", "__getattribute__"):
        yield "a resource's attributes are its outputs; do not change how they are found"


RULES: tuple[Callable[[ast.AST, Module], Iterator[str]], ...] = (
    _future_annotations,
    _imports,
    _refused_names,
    _arguments_by_name,
    _policies_are_text,
    _no_dependency_on_oneself,
    _no_provider_inside,
    _children_have_options,
    _outputs_are_registered,
    _token_is_the_class,
    _inputs_can_be_described,
    _no_async,
    _no_getattr,
)
