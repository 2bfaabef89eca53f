from dataclasses import dataclass
from typing import Any
@dataclass
class Scene:
    draft: Any; environment: Any; architecture: Any; values: Any; origins: Any
def run(scene): return []
