"""`tenfold import`: what was built without tenfold, as a blueprint and as what `up` takes over."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenfold import exits, files
from tenfold.failure import Failure
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.adopting.inventory import Inventory


@click.command("import")
@click.option("--state", type=click.File("rb"), metavar="FILE", help="A state: `pulumi stack export`; - for stdin.")
@click.option("--account", is_flag=True, help="The account of your credentials; it is only read.")
@click.option("--local", is_flag=True, help="With --account: the local cloud instead.")
@click.option(
    "--region", metavar="R", help="AWS region; of an account, else AWS_REGION; of a state, where it does not say so."
)
@click.option("--name", required=True, help="Name of the blueprint.")
@click.option("--image", required=True, help="The application's image, which nobody can see from outside.")
@click.option(
    "--env", "environment", metavar="NAME", default="prod", show_default=True, help="Name of the environment."
)
@click.option("--vpc", metavar="ID", help="The VPC, where there are several.")
@click.option("--database", metavar="ID", help="The database, where there are several.")
@click.option("--uploads", metavar="BUCKET", help="The bucket to take over as that of uploads; from stage 3 on.")
@click.option("--secret", metavar="ARN", help="Where the login of a database is that stays outside.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Where to write.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(state, account, local, region, name, image, environment, vpc, database, uploads, secret, folder, as_json):
    """Say which stage there is, and write a blueprint and what `up` takes over.

    Nothing in the cloud is changed. Two files are written, NAME.yaml and NAME.import.json. With both `tenfold up` takes
    over what holds data, and makes the rest beside what there is.

    \b
    Examples:
      pulumi stack export | tenfold import --state - --name shop --image ghcr.io/acme/shop:1.4.2
      tenfold import --account --region us-east-1 --vpc vpc-0a1b2c3d --name shop --image ghcr.io/acme/shop:1.4.2
    """
    from tenfold.adopting import import_file, page, proposal
    from tenfold.adopting import state as state_of_a_stack

    if bool(state) == account or (local and not account):
        why = "either --state FILE, or --account, which may be --local"
        raise Failure("It is not clear what to look at.", why=why, code=exits.WRONG_INPUT)
    inventory = _account(region, local) if account else state_of_a_stack.read(state.name, state.read(), region)
    file, imports = folder / f"{name}.yaml", folder / f"{name}.import.json"
    if there := [str(one) for one in (file, imports) if one.exists()]:
        raise Failure(f"{' and '.join(there)} is there already.", remedies=("--to DIR",), code=exits.WRONG_INPUT)
    asked = proposal.Asked(name, image, environment, vpc, database, uploads, secret)
    folder.mkdir(parents=True, exist_ok=True)
    proposed = proposal.propose(inventory, asked, file)
    files.deliver(imports, import_file.text(proposed.takes, proposed.graph))
    if as_json:
        documents.show("import", page.as_json(inventory, proposed, file, imports))
    else:
        click.echo(page.as_text(inventory, proposed, file, imports, environment, local=local))


def _account(region: str | None, local: bool) -> "Inventory":
    from tenfold.adopting import account
    from tenfold.local import server

    region = region or ("us-east-1" if local else account.usual_region())
    running = server.running() if local else None
    if local and running is None:
        raise Failure("The local cloud is not running.", remedies=("tenfold local start",), code=exits.WRONG_INPUT)
    where = f"the local cloud, {region}" if running else f"the account, {region}"
    return account.read(account.clients(region, running.endpoint if running else None), region, where)
