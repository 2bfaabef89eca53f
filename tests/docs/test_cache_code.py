"""The code of docs/components/cache.md that warms a cache: once in its time, and never over what is fresher."""

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "components" / "cache.md"


class Keys(dict[str, Any]):
    """SET with NX and EX, as every client of Valkey has it; `pass_seconds` lets time go by."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[str, int] = {}

    def set(self, key: str, value: Any, nx: bool, ex: int) -> bool:
        if nx and key in self:
            return False
        self[key], self.ends[key] = value, ex
        return True

    def pass_seconds(self, seconds: int) -> None:
        self.ends = {key: left - seconds for key, left in self.ends.items()}
        for key in [key for key, left in self.ends.items() if left <= 0]:
            del self[key], self.ends[key]


def test_a_cache_is_warmed_once_in_its_time_and_at_once_when_it_is_empty() -> None:
    names: dict[str, Any] = {}
    [block] = re.findall(r"^```python\n(def warm.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    exec(compile(block, str(PAGE), "exec"), names)
    warm, cache = names["warm"], Keys()
    entries = [("front", "old", 3600), ("best", "list", 3600)]
    assert [warm(cache, 600, lambda: entries) for _ in range(2)] == [2, 0]
    cache["front"] = "fresher"
    cache.pass_seconds(600)
    assert warm(cache, 600, lambda: entries) == 2 and cache["front"] == "fresher"
    cache.clear()
    assert warm(cache, 600, lambda: entries) == 2
