"""Keys in several regions."""

from tenfold.local.aws.rules.values import Inputs, Violations, all_known


def replica(inputs: Inputs) -> Violations:
    """ReplicateKey, ReplicaRegion: a replica is in another region than the primary key."""
    if not all_known(inputs, "primaryKeyArn", "region"):
        return []
    arn = str(inputs["primaryKeyArn"])
    same = arn.startswith("arn:") and arn.count(":") > 4 and arn.split(":")[3] == inputs["region"]
    return [("primaryKeyArn", f"{arn} is a key of {inputs['region']}, where the replica would be")] if same else []
