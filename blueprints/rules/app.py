"""The application: its health check, its state, its variables and secrets."""

from collections.abc import Mapping
from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.application import Health
from tenfold.blueprints.grammar.secret import looks_secret
from tenfold.blueprints.rules.names import settings
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

LONGEST_PARAMETER = 4096  # bytes; Parameter Store, standard tier
USER_DATA_ROOM = 1_000  # bytes for texts of the blueprint; tests/stacks/test_user_data_room.py


class Runs(NamedTuple):
    """What runs with an environment of its own: the application, and each service."""

    path: tuple[str, ...]
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    health: Health


def runs(a: Architecture) -> list[Runs]:
    services = [Runs(("services", name), s.env, s.secrets, s.health) for name, s in a.services.items()]
    return [Runs(("app",), a.app.env, a.app.secrets, a.app.health), *services]


@rule
def health_check_ends_before_the_next(c: Context) -> Findings:
    for path, _, _, health in runs(c.architecture):
        if health.timeout >= health.every:
            at = ".".join((*path, "health"))
            field = c.first_set(f"{at}.timeout", f"{at}.every")
            message = (
                f"The next check starts after {health.every} s, while the last may still wait for {health.timeout} s."
            )
            yield Finding("TF-R005", field, message, "`timeout` must be shorter than `every`.")


@rule
def fleet_needs_a_stateless_application(c: Context) -> Findings:
    a = c.architecture
    if a.fleet and not a.app.stateless and not (a.balancer and a.balancer.sticky):
        message = f"At stage {a.stage} any server may answer a request; state on one server is missing on the others."
        hint = "Move sessions and uploads out and set `stateless: true`; until then `balancer: {sticky: 1h}`."
        yield Finding("TF-R001", "app.stateless", message, hint)


@rule
def autoscaling_needs_a_stateless_application(c: Context) -> Findings:
    """Stickiness helps as long as servers stay. With autoscaling they leave, with everything that is only on them."""
    a = c.architecture
    if a.fleet and a.fleet.scaling and not a.app.stateless and a.balancer and a.balancer.sticky:
        message = "Servers are removed while people use them; stickiness cannot preserve the state of a removed server."
        yield Finding("TF-R051", "app.stateless", message, "Move sessions and uploads out and set `stateless: true`.")


@rule
def variables_do_not_hide_the_stacks_own(c: Context) -> Findings:
    for path, env, secrets, _ in runs(c.architecture):
        for part, names in (("env", list(env)), ("secrets", list(secrets))):
            for name in names:
                if meaning := settings().get(name):
                    key = name if part == "env" else str(names.index(name))
                    message = f"The stack sets `{name}` itself: {meaning}."
                    yield Finding("TF-R027", (*path, part, key), message, "Choose another name.", key=part == "env")


@rule
def variables_are_set_once(c: Context) -> Findings:
    for path, env, secrets, _ in runs(c.architecture):
        for name in sorted(set(env) & set(secrets)):
            message = f"`{name}` is both a plain variable in `env` and a secret; one would hide the other."
            yield Finding("TF-R021", (*path, "env", name), message, "Keep it in `secrets` only.", key=True)
        for index, name in enumerate(secrets):
            if name in secrets[:index]:
                yield Finding("TF-R021", (*path, "secrets", str(index)), f"`{name}` is listed twice.", "Remove one.")


@rule
def variables_fit_parameter_store(c: Context) -> Findings:
    for path, env, _, _ in runs(c.architecture):
        for name, value in env.items():
            if (size := len(value.encode())) > LONGEST_PARAMETER:
                message = f"The value has {size:,} bytes; a parameter holds at most {LONGEST_PARAMETER:,}."
                yield Finding("TF-V033", (*path, "env", name), message, "Put it into a file of the image, or a bucket.")


@rule
def secrets_are_not_plain_variables(c: Context) -> Findings:
    for path, env, secrets, _ in runs(c.architecture):
        for name, value in env.items():
            if looks_secret(name, value) and name not in secrets:
                message = f"`{name}` looks like a secret; anyone who can read the file or Parameter Store can read it."
                hint = f"Write `{path[-1]}: {{secrets: [{name}]}}` and store its value in Secrets Manager."
                yield Finding("TF-O005", (*path, "env", name), message, hint, key=True)


@rule
def texts_fit_user_data(c: Context) -> Findings:
    """EC2 takes 16 KB; tests/stacks/test_user_data_room.py holds that the rest is enough in every stage."""
    app = c.architecture.app
    words = [*(app.jobs.command if app.jobs else ()), app.health.path, c.architecture.domain or ""]
    size = sum(len(word.encode()) + sum(map(word.count, '\\"%$\n\t')) + 3 for word in words)  # escaped, quoted
    if size > USER_DATA_ROOM:
        message = f"Command, health path and domain have {size:,} bytes; user data has room for {USER_DATA_ROOM:,}."
        field = "app.jobs.command" if app.jobs else "app.health.path"
        yield Finding("TF-R034", field, message, "Put the command into a script of the image.")
