"""The application, and what it has to carry."""

from tenfold.blueprints.architecture.application import App, Health, Jobs, Load, Sessions, Usage
from tenfold.blueprints.assemble.values import Values


def assemble_load(values: Values) -> Load:
    parts = [part for part in Load.__dataclass_fields__ if part != "usage"]
    return Load(**{part: values.at(f"load.{part}") for part in parts}, usage=Usage(**values.under("load", "usage")))


def assemble_app(values: Values) -> App:
    image = values.at("app.image")
    command = values.maybe("app.jobs.command")
    jobs_image = values.maybe("app.jobs.image")
    return App(
        image=image,
        port=values.at("app.port"),
        health=Health(**{part: values.at(f"app.health.{part}") for part in Health.__dataclass_fields__}),
        stateless=values.at("app.stateless"),
        env=values.under("app", "env"),
        secrets=tuple(values.maybe("app.secrets") or ()),
        jobs=Jobs(jobs_image or image, tuple(command or ())) if command or jobs_image else None,
        drain=values.at("app.drain"),
    )


def assemble_sessions(values: Values) -> Sessions:
    store = values.at("sessions.store") if "sessions" in values.capabilities else "none"
    return Sessions(store, values.at("sessions.signing_key") if "tokens" in values.capabilities else None)
