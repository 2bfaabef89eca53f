"""`tenfold state`: whether a stack's state file can be used, and the way back to a copy of it where it cannot."""

import sys
from typing import TYPE_CHECKING, Any

import click

from tenfold import deployment, exits
from tenfold.failure import Failure
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.engine.copies import Copy


@click.group(
    "state", help="The file that says what is deployed: check it, restore it from a copy, end what a run left open."
)
def command() -> None:
    pass


@command.command()
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(file, environment, stage, local, local_fault, as_json) -> None:
    """Check whether the state of FILE's environment can be used, and report what is wrong with it. Changes nothing.

    \b
    Example:
      tenfold state check blueprints/shop.yaml --env prod
    """
    from tenfold.engine import checkpoint, copies, mending, workspace

    where = deployment.prepare(file, environment, stage, local, local_fault, _aside).where
    damage, state = copies.damage(where), None
    if not damage:
        state = workspace.state(where)
    faults = list(checkpoint.faults(state)) if state else []
    notes = mending.half_notes(where.folder) if where.folder and not damage else []
    source = copies.source(where)
    if as_json:
        facts = {
            "stack": where.stack,
            "file": source,
            "usable": not damage and not faults and not notes,
            "damage": damage,
            "faults": faults,
            "notes": [str(note) for note in notes],
            "resources": len(state.resources) if state else None,
            "pending": len(state.pending) if state else None,
        }
        documents.show("state", facts)
    elif damage:
        click.echo(f"The state of {where.stack} is damaged: {source} {damage}.")
        click.echo(f"  tenfold state restore {where.flags}   lists the copies of it that can be used")
    elif faults:
        click.echo(f"The state of {where.stack} does not fit together; the engine would refuse it: {source}")
        click.echo("\n".join(f"  {fault}" for fault in faults))
        click.echo(f"  pulumi state repair --stack {where.stack}   puts such references right")
    elif notes:
        click.echo(f"The state of {where.stack} is whole, but the engine does not read it: {source}")
        click.echo("\n".join(f"  {note} beside it is cut off, as a killed run leaves it" for note in notes))
        click.echo(f"  tenfold up {where.flags}   removes it first, as every command does that runs the engine")
    elif state and state.resources:
        click.echo(f"The state of {where.stack} is whole: {_contents(state)}, in {source}")
    else:
        click.echo(f"{where.stack} has no state: nothing is deployed.")
    raise SystemExit(exits.FAILED if damage or faults or notes else exits.DONE)


@command.command()
@deployment.options
@click.option("--from", "copy_name", metavar="COPY", help="One of the list by its name, or a file.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file, environment, stage, local, local_fault, copy_name, yes) -> None:
    """List the copies of FILE's environment's state and put one back: the newest that can be used, or COPY. The state
    that is there now is kept beside it.

    \b
    Examples:
      tenfold state restore blueprints/shop.yaml --env prod
      tenfold state restore blueprints/shop.yaml --env prod --from shop-prod.json.bak
    """
    from tenfold.engine import copies, resume

    where = deployment.prepare(file, environment, stage, local, local_fault, _aside).where
    damage, listed = copies.damage(where), copies.list_copies(where)
    click.echo(f"State    {copies.source(where)}{f' {damage}' if damage else ''}")
    for copy in listed:
        click.echo(f"  {copy.written}  {_use(copy):<28}  {copy.name}")
    if not damage and not copy_name:
        click.echo("The state can be read; nothing has to be restored. `--from COPY` goes back to a copy all the same.")
        return
    chosen = copies.choose_copy(where, listed, copy_name)
    _agree(f"Put back {chosen.name} of {chosen.written}, {_use(chosen)}?", yes)
    resume.release_lock(where)
    with resume.alone(where):
        aside = copies.restore(where, chosen)
    click.echo(f"Restored from {chosen.place}." + (f" What was there is kept in {aside}." if aside else ""))
    click.echo("What was changed after this copy is not in it:")
    click.echo(f"  tenfold refresh {where.flags}   reads back what it lists")
    click.echo(f"  tenfold preview {where.flags}   what `up` would do; resources made since exist and are not listed")
    if not where.cloud:
        click.echo(f"  pulumi import --stack {where.stack} TYPE NAME ID   takes over one that exists")


@command.command()
@deployment.options
@click.option("--exists", nargs=2, multiple=True, metavar="URN ID", help="One that exists in the account. Repeatable.")
@click.option("--none", is_flag=True, help="None of them exists.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def settle(file, environment, stage, local, local_fault, exists, none, yes) -> None:
    """End the creates that an interrupted run of FILE's environment left open in an account: without an option, list
    them and where to look for each. Then say which exist: those are taken over into the state, the others forgotten.

    \b
    Examples:
      tenfold state settle blueprints/shop.yaml --env prod
      tenfold state settle blueprints/shop.yaml --env prod --none
    """
    from tenfold.engine import resume
    from tenfold.engine.progress import Progress

    target = deployment.prepare(file, environment, stage, local, local_fault, _aside)
    where, existing = target.where, dict(exists)
    begun = {entry["resource"]["urn"]: entry["resource"] for entry in resume.pending_creates(where)}
    if where.cloud or not begun:
        click.echo(f"Nothing is unfinished in {where.stack}: tenfold up {where.flags}   resumes")
        return
    _refuse_contradictions(begun, existing, none)
    click.echo(f"An interrupted run was creating {len(begun)} of {where.stack}; AWS may have them:")
    for urn, resource in begun.items():
        click.echo(f"  {urn}")
        click.echo(f"    {_decision(resource, existing, none)}")
    if not existing and not none:
        click.echo("Look for each in the account: what can bear tags has the tag `stack`.")
        click.echo(f"  aws resourcegroupstaggingapi get-resources --tag-filters Key=stack,Values={where.stack}")
        click.echo("\n".join(f"  {way}" for way in resume.ways_on(where)[1:]))
        raise SystemExit(exits.INTERRUPTED)
    _agree("Write this into the state?", yes)
    outcome = target.driver.settle(Progress(), existing)
    if outcome.failed:
        raise Failure(f"The state of {where.stack} could not be settled.", why=outcome.failed, code=outcome.code)
    urns = {resource["urn"] for resource in target.driver.deployed_resources()}
    for urn in existing.keys() - urns:
        click.echo(f"{urn} does not exist: AWS does not know {existing[urn]}. It is forgotten.")
    click.echo(f"Settled: {len(existing.keys() & urns)} taken over.")
    click.echo(f"  tenfold up {where.flags}   resumes")


def _refuse_contradictions(begun: dict[str, Any], existing: dict[str, str], none: bool) -> None:
    """Raises `Failure` (wrong input)."""
    unknown = sorted(existing.keys() - begun.keys())
    if unknown or (existing and none):
        raise Failure(
            f"{unknown[0]} is not one of the unfinished creates." if unknown else "--exists contradicts --none.",
            why="Nothing was changed.",
            remedies=tuple(begun),
            code=exits.WRONG_INPUT,
        )


def _decision(resource: dict[str, Any], existing: dict[str, str], none: bool) -> str:
    if resource["urn"] in existing:
        return f"taken over as {existing[resource['urn']]}"
    if existing or none:
        return "forgotten: the next `up` creates it"
    inputs = resource.get("inputs") or {}
    names = [f"{key} {inputs[key]}" for key in inputs if key.lower().endswith(("name", "identifier", "clusterid"))]
    return ", ".join([resource["type"], *(name for name in names if len(name) < 120)])


def _use(copy: "Copy") -> str:
    return copy.damage or _contents(copy.state)


def _contents(state: Any) -> str:
    from tenfold.wording import quantity

    pending = f", {quantity(len(state.pending), 'operation')} pending" if state.pending else ""
    return quantity(len(state.resources), "resource") + pending


def _agree(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure(
            "No terminal to confirm on.", why="Nothing was changed.", remedies=("add --yes",), code=exits.REFUSED
        )
    if not click.confirm(question):
        raise SystemExit(exits.DONE)


def _aside(line: str) -> None:
    click.echo(line, err=True)
