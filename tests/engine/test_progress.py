"""The engine's events, by component."""

from types import SimpleNamespace as N

from tenfold.diff import compare
from tenfold.engine.progress import Progress
from tenfold.graph import Graph, Resource
from tenfold.render.progress import _Log

STACK = "urn:pulumi:shop-dev::tenfold::pulumi:pulumi:Stack::tenfold-shop-dev"
NETWORK = "urn:pulumi:shop-dev::tenfold::tenfold:index:Network::shop-network"
VPC = "urn:pulumi:shop-dev::tenfold::tenfold:index:Network$aws:ec2/vpc:Vpc::shop-network-vpc"
NONE = {
    "resource_pre_event": None,
    "res_outputs_event": None,
    "res_op_failed_event": None,
    "diagnostic_event": None,
    "summary_event": None,
}


# As pulumi/pulumi v3.274.1 words it, pkg/resource/deploy/step.go.
PROTECTED = (
    f'resource "{VPC}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the '
    "`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n"
    f"`pulumi state unprotect '{VPC}'`"
)


def step(urn, parent, op="create"):
    state = N(parent=parent, inputs={}, protect=False)
    return N(
        metadata=N(
            urn=urn, type=urn.split("::")[2].split("$")[-1], op=op, old=state, new=state, keys=(), detailed_diff=None
        )
    )


def event(**of):
    return N(**{**NONE, **of})


def said(message, urn="", severity="error"):
    return event(diagnostic_event=N(message=message, urn=urn, severity=severity))


def test_a_component_is_complete_when_all_it_began_has_ended():
    progress = Progress()
    for urn, parent in ((NETWORK, STACK), (VPC, NETWORK)):
        progress.event(event(resource_pre_event=step(urn, parent)))
    part = progress.parts["shop-network"]
    assert part.known == {VPC} and not part.complete and part.changed, "the component itself is no resource"
    for urn in (VPC, NETWORK):
        progress.event(event(res_outputs_event=step(urn, "")))
    assert part.complete and progress.counts() == {"create": 1}


def test_the_program_s_traceback_and_repetitions_are_dropped():
    progress = Progress()
    text = "an unhandled error occurred: python inline source runtime error: no such zone\nTraceback (most recent…"
    progress.event(said(text))
    progress.event(said("python inline source runtime error: no such zone"))
    progress.event(said("update failed"))
    assert [problem.message for problem in progress.problems] == ["no such zone"]


def test_the_engine_s_own_commands_are_not_passed_on():
    progress = Progress()
    progress.event(said(PROTECTED, VPC))
    (problem,) = progress.problems
    assert problem.message == f"{VPC} is protected; `tenfold up` with --accept-loss '{VPC}' gives it up for good."


SUBNET, GATE = VPC.replace("Vpc::shop-network-vpc", "Subnet::shop-network-a"), VPC.replace("-vpc", "-gate")


def lines(progress, capsys, *, last=False):
    log = _Log(progress, "shop-", False)
    log._tell(last=last)
    return capsys.readouterr().out.split()[:3]


def walk(progress, urn, op="create", *, ends=True):
    progress.event(event(resource_pre_event=step(urn, NETWORK, op)))
    if ends:
        progress.event(event(res_outputs_event=step(urn, NETWORK, op)))


def test_a_component_is_not_told_as_complete_while_the_engine_pauses_before_its_next_resource(capsys):
    progress = Progress()
    progress.expect((urn, "shop-network") for urn in (VPC, SUBNET, GATE))
    walk(progress, VPC)
    progress.parts["shop-network"].ended -= 3600  # no news for an hour
    assert lines(progress, capsys) == []
    walk(progress, SUBNET)
    walk(progress, GATE, ends=False)
    assert lines(progress, capsys) == []
    walk(progress, GATE)
    assert lines(progress, capsys) == ["✓", "network", "3"]


def test_columns_stay_in_line_beside_a_long_name(capsys):
    progress, database = Progress(), VPC.replace("vpc", "database")
    progress.expect([(VPC, "shop-network"), (database, "shop-service-search-database")])
    for urn in (VPC, database):
        walk(progress, urn)
    _Log(progress, "shop-", verbose=False)._tell(last=False)
    network, search = capsys.readouterr().out.splitlines()
    assert network.split()[:3] == ["✓", "network", "1"] and search.split()[:3] == ["✓", "service-search-database", "1"]
    assert network.index(" 1 ") == search.index(" 1 ")


def test_what_never_began_is_missing_at_the_end(capsys):
    progress = Progress()
    progress.expect((urn, "shop-network") for urn in (VPC, SUBNET, GATE))
    walk(progress, VPC)
    assert lines(progress, capsys, last=True) == ["✗", "network", "1/3"]


def test_what_failed_is_not_done(capsys):
    progress = Progress()
    walk(progress, VPC)
    walk(progress, SUBNET, ends=False)
    progress.event(event(res_op_failed_event=step(SUBNET, NETWORK)))
    assert lines(progress, capsys, last=True) == ["✗", "network", "1/2"]


def test_what_is_deleted_before_it_is_replaced_is_not_done_in_between(capsys):
    progress = Progress()
    for op in ("delete-replaced", "replace"):
        walk(progress, VPC, op)
        assert lines(progress, capsys) == []
    walk(progress, VPC, "create-replacement")
    walk(progress, SUBNET, "create-replacement")
    assert lines(progress, capsys) == ["✓", "network", "2"]
    for op in ("replace", "delete-replaced"):
        walk(progress, VPC, op)
    assert progress.parts["shop-network"].complete


def test_a_plan_names_what_the_engine_will_come_to_by_component():
    resources = {one.urn: one for one in (_planned(NETWORK, custom=False), _planned(VPC), _planned(SUBNET, read="id"))}
    before = Graph({GATE: _planned(GATE)})
    assert set(compare(before, Graph(resources)).steps()) == {(VPC, "shop-network"), (GATE, "shop-network")}


def _planned(urn, *, custom=True, read=None):
    name, parent = urn.rsplit("::", 1)[-1], NETWORK if custom else STACK
    return Resource(urn, urn.split("::")[2].split("$")[-1], name, parent, "shop-network", custom, {}, read=read)
