"""The provider's verbs over the table: what the plugin and the test mocks call. Values are plain JSON-like Python;
what is not known yet is the engine's own mark, `UNKNOWN`. Safe to use from several threads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from tenfold.diff import values
from tenfold.local.aws import check, functions, schema, shapes, table, verbs
from tenfold.local.aws.call import Call
from tenfold.local.aws.clients import Clients, parse_answer, words
from tenfold.local.aws.convert import Failure
from tenfold.local.aws.spec import Spec
from tenfold.local.provider.errors import RequestFailed
from tenfold.providers.aws import deletion, input_facts

Values = Mapping[str, Any]
# How what holds nothing is deleted: without a last snapshot, and with its name free again.
_AT_ONCE = {"skipFinalSnapshot": True, "finalSnapshotIdentifier": None, "recoveryWindowInDays": 0}


class Handlers:
    def __init__(self, endpoint: str | None, provider: str = "") -> None:
        """`endpoint`: the local cloud's URL; None inside moto's `mock_aws`. `provider`: the name to call it under."""
        self.clients = Clients(endpoint, provider)

    def serves(self, token: str) -> bool:
        return table.spec(token) is not None

    def check(
        self, token: str, inputs: Values, region: str, autoname: check.Autoname
    ) -> tuple[dict[str, Any], list[Failure]]:
        """The complete inputs and everything wrong with them. `autoname(property, longest)` gives an absent name."""
        spec = _spec(token)
        complete = check.complete_inputs(spec, inputs, region, autoname)

        def call(sound: Values) -> Call:
            return Call(self.clients, spec, region, sound, "self", sound, asking=False)

        return complete, check.failures(spec, complete, call)

    def preview_outputs(self, token: str, inputs: Values, state: Values | None = None) -> dict[str, Any]:
        """The outputs as a preview knows them: of a creation, or with the old `state` of an update."""
        return check.unknown_outputs(_spec(token), inputs, state or {})

    def create(self, token: str, inputs: Values, region: str, intent: str = "") -> tuple[str, dict[str, Any]]:
        """(id, outputs). Raises RequestFailed, or InitFailed when the resource exists but a later call failed.
        `intent`: the name under which the cloud keeps its answer (tenfold.local.provider.intents)."""
        with _refusals_in_words():
            return verbs.create(self._call(token, inputs, region), inputs, intent)

    def created_id(self, token: str, answer: Values, identifying: Values, region: str) -> str | None:
        """The id of what a create made, from the cloud's answer to its intent; None when it was refused."""
        spec = _spec(token)
        result = parse_answer(spec.service, answer)
        if result is None:
            return None
        answered = shapes.answer(spec.service, answer["operation"], result)
        return verbs.identity(self._call(token, identifying, region), result, answered)

    def read(
        self, token: str, id: str, state: Values | None, inputs: Values | None, region: str
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """(inputs, outputs) now, None when it is gone. Without `state` everything readable is an input (an import);
        those the program need not give are then named under `__defaults`."""
        known = {k: v for k, v in (inputs or {}).items() if k != "__defaults"}
        spec = _spec(token)
        before = dict(state) if state else _imported(spec, id)
        with _refusals_in_words():
            call = Call(self.clients, spec, str(before.get("region") or region), {**before, **known}, id, before)
            outputs = verbs.refresh_outputs(call, known)
        if outputs is None:
            return None
        over = {key for key in spec.ends if key not in outputs}
        known = {key: value for key, value in known.items() if key not in over}
        before = {key: value for key, value in before.items() if key not in over}
        names = schema.of(token).inputs
        if not state:
            taken = {k: v for k, v in {**before, **outputs}.items() if k in names and k != "tagsAll"}
            return {**taken, "__defaults": sorted(k for k in taken if _need_not_be_given(spec, k, taken[k]))}, {
                **before,
                **outputs,
            }
        return {k: outputs.get(k, v) for k, v in known.items()}, verbs.whole(call, {**before, **outputs})

    def update(
        self, token: str, id: str, old_inputs: Values, new_inputs: Values, state: Values, region: str
    ) -> dict[str, Any]:
        """The outputs after changing it in place."""
        with _refusals_in_words():
            return verbs.update(self._call(token, new_inputs, region, id, state), old_inputs, new_inputs)

    def diff(
        self, token: str, old_inputs: Values, new_inputs: Values, state: Values | None = None
    ) -> dict[str, tuple[str, bool]]:
        """{path: (kind, replaces)}; empty when nothing differs. `state` is what was read of it."""
        return values.changes(token, old_inputs, new_inputs, state or {})

    def delete(self, token: str, id: str, state: Values, region: str) -> None:
        """Take it away; what is not there is a success."""
        with _refusals_in_words():
            verbs.delete(self._call(token, state, region, id, state))

    def identifying(self, token: str, inputs: Values) -> dict[str, Any]:
        """The inputs that `remove` needs beside the id; names and ids, nothing secret."""
        return {key: inputs[key] for key in sorted(_spec(token).identifying) if key in inputs}

    def remove(self, token: str, id: str, identifying: Values, region: str) -> None:
        """Take away what has only just been made and holds nothing: neither its protection nor a last snapshot that
        somebody asked for keeps it."""
        answer = self.read(token, id, identifying, None, region)
        state = {**identifying, **(answer[1] if answer else {})}
        if permitted := deletion.blocking_inputs(token, state):
            state = self.update(token, id, state, {**state, **permitted}, state, region)
        self.delete(token, id, {**state, **_AT_ONCE}, region)

    def invoke(self, function: str, arguments: Values, region: str) -> dict[str, Any]:
        """The result of a provider function (`aws:index/getRegion:getRegion`)."""
        with _refusals_in_words():
            return functions.invoke(self.clients, function, arguments, region)

    def _call(
        self, token: str, inputs: Values, region: str, id: str | None = None, state: Values | None = None
    ) -> Call:
        return Call(self.clients, _spec(token), str(inputs.get("region") or region), inputs, id, state)


def _spec(token: str) -> Spec:
    spec = table.spec(token)
    if spec is None:
        raise RequestFailed(f"the local cloud does not serve {token}")
    return spec


def _imported(spec: Spec, id: str) -> dict[str, Any]:
    """What an id alone tells: the inputs it is made of."""
    if not spec.import_id:
        return {}
    parts = id.split(spec.import_separator, len(spec.import_id) - 1) if spec.import_separator else [id]
    return {key: part for key, part in zip(spec.import_id, parts, strict=False) if key != "id"}


def _need_not_be_given(spec: Spec, key: str, value: Any) -> bool:
    facts = input_facts.fact(spec.token, key)
    default = input_facts.default(spec.token, key)
    return (
        bool(facts.get("computed"))
        or key in spec.default
        or key == "region"
        or not value
        or (default is not None and str(default) == str(value))
    )


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """botocore's refusals in words."""
    try:
        yield
    except ClientError as refusal:
        raise RequestFailed(words(refusal)) from refusal
