"""What lets servers come and go: keys that sign sessions, and a bucket for uploads."""

from tenfold.components import tokens as tokens_component
from tenfold.components import uploads as uploads_component
from tenfold.components.plans import contract
from tenfold.components.tokens import Tokens, TokensArgs, generations
from tenfold.components.uploads import Uploads, UploadsArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.tier import Tier


def tokens(ground: Ground) -> Tier:
    at = ground.place
    generation = at.architecture.sessions.signing_key
    if generation is None:
        return Tier()
    args: TokensArgs = {**at.keeping, "generation": generation}
    if not at.primary:
        args["source_arns"] = {str(n): at.source(_token_key(str(n))) for n in generations(generation)}
    keys = Tokens(at.name("tokens"), args, at.options)
    return Tier(
        sources={_token_key(number): arn for number, arn in keys.key_arns.items()},
        settings=contract.tokens(keys.key_arn, keys.verify_key_arns),
        statements=tuple(tokens_component.statements(keys.key_arn, keys.verify_key_arns)),
    )


def _token_key(generation: str) -> str:
    return f"token-key-{generation}"


def uploads(ground: Ground) -> Tier:
    at, architecture = ground.place, ground.place.architecture
    if architecture.uploads is None:
        return Tier()
    args: UploadsArgs = {**at.keeping, "kms_key_arn": ground.encryption.key_arn, "keep_days": architecture.uploads.keep}
    if architecture.domain:
        args["origins"] = [f"https://{architecture.domain}"]
    bucket = Uploads(at.name("uploads"), args, at.options)
    return Tier(
        settings=contract.uploads(bucket.bucket),
        statements=tuple(uploads_component.statements(bucket.arn, ground.encryption.key_arn)),
        outputs={"uploads": bucket.bucket},
        buckets={"uploads": ground.bucket(bucket.bucket, bucket.arn)},
    )
