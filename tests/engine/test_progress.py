"""The engine's events, by component."""

from types import SimpleNamespace as N

from tenfold.engine.progress import Progress

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
