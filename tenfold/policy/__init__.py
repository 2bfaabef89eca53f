"""House rules as a policy pack: judged by the engine for any Pulumi program, as `tenfold-rules.yaml` says them."""
