"""libyaml writes the user data, file by file; PyYAML itself, in one piece, writes the same text.

(Beyond U+FFFF, emoji say, libyaml writes escapes: the same content in another form.)
"""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tenfold.components.host import Application, HostPlan, Jobs, config

WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20), max_size=4)


class Plain(yaml.SafeDumper):
    """What stands in for libyaml."""


Plain.add_representer(str, config._literal)


@given(WORDS)
def test_both_dumpers_write_the_same(words: list[str]) -> None:
    jobs = Jobs(tuple(words), "ghcr.io/acme/shop:1.4.2")
    plan = HostPlan("eu-west-1", "/shop/prod", "/shop/prod/fleet", Application(8080, 30, "a/b"), jobs)
    fast = config.cloud_config(plan)
    told = yaml.safe_load(fast)
    slow = "#cloud-config\n" + yaml.dump(told, Dumper=Plain, sort_keys=False, allow_unicode=True, width=10_000)
    assert yaml.safe_load(slow) == told
    assert slow == fast or any(ord(letter) > 0xFFFF for word in words for letter in word)


def test_user_data_can_be_read_by_a_person() -> None:
    jobs = Jobs(("worker", "--greeting", "grüße …"), "ghcr.io/acme/shop:1.4.2")
    plan = HostPlan("eu-west-1", "/shop/prod", "/shop/prod/fleet", Application(8080, 30, "a/b"), jobs)
    text = config.cloud_config(plan)
    assert "grüße …" in text
    assert "\n    import json\n" in text
