"""All components, found from the files: every file in `components/` holds one or more of them and nothing else."""

import importlib
from pathlib import Path
from typing import Any

from tenfold.components.parts.component import Component

FOLDER = Path(__file__).parents[1]


def components() -> dict[str, type[Component[Any]]]:
    """Every component by its class name, in the order of the files."""
    modules = [f"tenfold.components.{file.stem}" for file in sorted(FOLDER.glob("*.py")) if file.stem != "__init__"]
    for module in modules:
        importlib.import_module(module)
    classes = {class_.__name__: class_ for class_ in Component.__subclasses__() if class_.__module__ in modules}
    return dict(sorted(classes.items(), key=lambda item: (item[1].__module__, item[0])))
