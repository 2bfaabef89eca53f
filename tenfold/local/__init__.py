"""The local cloud: simulated AWS behind the real Pulumi engine, on this machine, without an account."""

ENDPOINT_VARIABLE = (
    "TENFOLD_LOCAL_ENDPOINT"  # where the provider finds the server; without it the provider refuses to run
)
