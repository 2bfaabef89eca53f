"""Where sessions live."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule


@rule
def tokens_need_a_key(c: Context) -> Findings:
    a = c.architecture
    if a.sessions.store == "tokens" and not a.has("tokens"):
        message = "Tokens are signed by a key, which comes with stage 5."
        yield Finding("TF-R052", "sessions.store", message, "Take it early: with: [tokens].")
