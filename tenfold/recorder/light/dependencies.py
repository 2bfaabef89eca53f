"""Which resources a resource waits for, and whether any waits for itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenfold.recorder.light.outputs import Output
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.light.values import Registered


def expand(resources: Iterable[Registration], components: list[str] | None = None) -> list[Registration]:
    """Depending on a component means depending on all custom resources below it. Components met go to `components`."""
    seen: set[int] = set()
    expanded: list[Registration] = []
    queue = list(resources)
    for resource in queue:
        if resource.number not in seen:
            seen.add(resource.number)
            if resource.custom:
                expanded.append(resource)
            else:
                queue.extend(resource.children)
                if components is not None:
                    components.append(resource.urn)
    return expanded


def depends_on(option: Any) -> list[Registration]:
    """The resources of a `depends_on` option: one, a list, Outputs of either."""
    registrations: list[Registration] = []
    if isinstance(option, Output):
        option, _, _, sources = option.resolve()
        registrations.extend(sources)
    for item in option if isinstance(option, list | tuple) else [option] if option else []:
        if isinstance(item, Output):
            item, _, _, sources = item.resolve()
            registrations.extend(sources)
        if item is not None:
            if not isinstance(item, Registered):
                raise TypeError(f"'depends_on' was passed a value {item} that was not a Resource.")
            registrations.append(item._light)
    return registrations


def refuse_cycles(edges: Mapping[str, Iterable[str]], resources: Mapping[str, Registration]) -> None:
    """Raises RuntimeError when following `edges` (URN -> URNs it waits for) leads back."""
    finished: dict[str, bool] = {}
    for start in edges:
        if start in finished:
            continue
        finished[start] = False
        path: list[tuple[str, Iterator[str]]] = [(start, iter(edges[start]))]
        while path:
            urn, following = path[-1]
            for next_ in following:
                if next_ not in finished:
                    finished[next_] = False
                    path.append((next_, iter(edges.get(next_, ()))))
                    break
                if not finished[next_]:
                    raise RuntimeError(
                        "We have detected a circular dependency involving a resource of type "
                        f"{resources[urn].type} named {resources[urn].name} ({resources[urn].place})."
                    )
            else:
                finished[urn] = True
                path.pop()
