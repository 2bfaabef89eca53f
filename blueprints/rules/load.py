"""The load that the application has to carry."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.stages import presets


@rule
def stage_fits_the_load(c: Context) -> Findings:
    a = c.architecture
    preset = presets.presets()[a.stage]
    if c.is_refused("stage"):  # then nobody has asked for the stage that is looked at in its place
        return
    if a.load.users > preset.users[1] and not a.throwaway and c.is_set("load.users"):
        fitting = next((p for p in presets.presets().values() if p.users[1] >= a.load.users), presets.presets()[7])
        message = f"Stage {preset.label} is meant for up to {preset.users[1]:,} users; `load` has {a.load.users:,}."
        yield Finding("TF-R020", "load.users", message, f"Use stage {fitting.label}.")
