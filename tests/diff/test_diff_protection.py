"""Protection that goes is a change of its own: named, never calm, and consented to resource by resource."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tenfold import exits
from tenfold.diff import compare, protection
from tenfold.failure import Failure
from tenfold.refusals import losses
from tenfold.render import diff as render
from tests.stacks.graphs import Case, graph
from tests.stacks.phases import steps

BEFORE, AFTER = (next(s for s in steps("shop", 2, 3) if s.name == name) for name in ("before", "expand"))
KEPT = graph(Case("shop", 2, "prod"))


def loosened(kept=KEPT, **change):
    """The graph as a throw-away environment has it: nothing protected, and AWS's own protections off."""
    off = {"deletionProtection": False, "skipFinalSnapshot": True, "forceDestroy": True}
    made = {
        urn: found._replace(
            protect=False, inputs={**found.inputs, **{k: v for k, v in off.items() if k in found.inputs}, **change}
        )
        if found.protect
        else found
        for urn, found in kept.resources.items()
    }
    return replace(kept, resources=made)


def refused(difference, *accepted, throwaway=False, wanted=AFTER.architecture):
    with pytest.raises(Failure) as failure:
        losses.refuse_unprotection(difference, wanted, throwaway, "shop.yaml --env prod", accepted)
    assert failure.value.code == exits.REFUSED
    return failure.value


def test_it_is_named_in_red_with_what_was_and_what_will_be():
    difference = compare(KEPT, loosened())
    assert render.verdict(difference) == ("danger: protection is taken off", "red")
    page = " ".join(" ".join(render.lines(difference)).split())
    assert "unprotects" in page and "skipFinalSnapshot false → true" in page
    for change in difference.unprotected:
        assert change.name.removeprefix(f"{change.component}-") in page, "each by its name, none counted"


def test_only_the_engine_s_protection_changes():
    """In the cloud nothing happens, so the engine calls it `same`."""
    urn, volume = next((u, r) for u, r in KEPT.resources.items() if r.name == "shop-server-data")
    loose = replace(KEPT, resources={**KEPT.resources, urn: volume._replace(protect=False)})
    (change,) = compare(KEPT, loose).changes
    told = change.as_json()
    assert (told["op"], told["protect_before"], told["protect_after"], told["taken_off"]) == (
        "protect", True, False, ["protect"],
    )  # fmt: skip
    assert compare(KEPT, loose).summary()["protect"] == 1
    (back,) = compare(loose, KEPT).changes
    assert back.op == "protect" and not back.taken_off
    assert render.verdict(compare(loose, KEPT))[0].startswith("safe")


def test_each_that_keeps_data_is_consented_to_by_name():
    difference = compare(KEPT, loosened())
    failure = refused(difference)
    urns = [c.urn for c in difference.unprotected]
    assert len(urns) > 3 and all(f"--accept-loss '{urn}'" in failure.remedies for urn in urns)
    assert "protect true → false" in failure.why and "the database" in failure.why
    assert urns[0] in "".join(refused(difference, *urns[1:]).remedies)
    losses.refuse_unprotection(difference, AFTER.architecture, False, "", urns)
    losses.refuse_unprotection(difference, AFTER.architecture, True, "")


def test_a_throwaway_blueprint_is_told_to_leave_it_out():
    wanted = replace(AFTER.architecture, throwaway=True)
    assert "leave `throwaway` out in environments.prod" in refused(compare(KEPT, loosened()), wanted=wanted).remedies[0]


@pytest.mark.parametrize("gone", [False, True], ids=["replaced", "removed"])
def test_never_together_with_what_would_go(gone: bool):
    """`throwaway: true` and an override that replaces: the engine looks at the new protection only, and lets it."""
    after = loosened()
    urn, database = next((u, r) for u, r in after.resources.items() if r.name == "shop-database-primary")
    if gone:
        resources = {u: r for u, r in after.resources.items() if u != urn}
    else:
        changed = database._replace(inputs={**database.inputs, "storageEncrypted": False})
        resources = {**after.resources, urn: changed}
    difference = compare(KEPT, replace(after, resources=resources))
    failure = refused(difference, *(c.urn for c in difference.changes))
    assert "in a run of its own" in failure.what and "shop-database-primary" in failure.why


@pytest.mark.parametrize(
    ("path", "old", "new", "off"),
    [
        ("deletionProtection", True, False, True),
        ("deletionProtection", True, None, True),
        ("deletionProtection", False, True, False),
        ("deletionProtection", None, False, False),
        ("skipFinalSnapshot", False, True, True),
        ("skipFinalSnapshot", True, None, False),
        ("forceDestroy", None, True, True),
        ("deleteAutomatedBackups", False, None, True),
        ("deleteAutomatedBackups", None, True, False),
        ("finalSnapshotIdentifier", "shop-final", None, True),
        ("finalSnapshotIdentifier", "shop-final", "another", False),
        ("recoveryWindowInDays", 30, 0, True),
        ("deletionWindowInDays", 7, 30, False),
        ("instanceClass", True, False, False),
    ],
)
def test_inputs_that_take_protection_off(path, old, new, off):
    assert protection.taken_off(path, old, new) is off


@pytest.mark.parametrize(("example", "pair"), [("shop", (1, 5)), ("news", (2, 4))])
def test_no_step_of_a_promotion_takes_protection_off(example, pair):
    *walk, _ = steps(example, *pair)  # the last is the stage without leftovers
    for before, after in pairwise(walk):
        assert compare(before.graph, after.graph).unprotected == (), after.name


def test_a_signing_key_of_a_former_generation_ends_by_itself():
    """It has encrypted nothing, and what it signed has run out: rotating keys asks nobody."""
    kept = graph(Case("shop", 5, "prod"))
    key = next(r for r in kept if r.inputs.get("keyUsage") == "SIGN_VERIFY" and r.protect)
    loose = replace(kept, resources={**kept.resources, key.urn: key._replace(protect=False)})
    difference = compare(kept, loose)
    assert difference.unprotected and render.verdict(difference)[1] != "red"
    losses.refuse_unprotection(difference, AFTER.architecture, False, "")


def shortened(name, **inputs):
    kept = {
        urn: r._replace(inputs={**r.inputs, **inputs}) if r.name == name else r for urn, r in KEPT.resources.items()
    }
    return compare(KEPT, replace(KEPT, resources=kept))


def test_what_is_kept_goes_in_part_only_when_it_is_named():
    """A shorter time for backups, messages or archived events removes what is older; nobody asks AWS for it back."""
    difference = shortened("shop-database-primary", backupRetentionPeriod=1)
    (change,) = difference.losses
    with pytest.raises(Failure) as failure:
        losses.refuse_shortening(difference, throwaway=False)
    assert failure.value.code == exits.REFUSED and "backupRetentionPeriod 7 → 1" in failure.value.why
    assert f"--accept-loss '{change.urn}'" in failure.value.remedies
    losses.refuse_shortening(difference, False, [change.urn])
    losses.refuse_shortening(difference, throwaway=True)
    losses.refuse_shortening(shortened("shop-database-primary", backupRetentionPeriod=30), throwaway=False)
    logs = next(r.name for r in KEPT.resources.values() if r.type.endswith(":LogGroup"))
    losses.refuse_shortening(shortened(logs, retentionInDays=1), throwaway=False)
