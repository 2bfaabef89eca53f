"""No output shows a secret that stands in a blueprint: whatever the command, the form, the place, the way it is
written."""

import json

import pytest

from tenfold import cli, secrecy
from tenfold.render import quoting

SECRETS = ("hunter-1", "hunter-2", "hunter-3", "hunter-4", "hunter-5", "sk_live_hunter666")
BLUEPRINT = """\
name: shop
stage: 3
owner: ops@example.com
app:
  image: "shop:1"
  stateless: true
  env: {STRIPE: sk_live_hunter666, DB_PASSWORD: "hunter-5"}
overrides:
  shop-database-primary: {manageMasterUserPassword: null, masterUserSecretKmsKeyId: null, password: "hunter-1"}
  shop-balancer-http:
    defaultActions:
      - type: authenticate-oidc
        authenticateOidc: {clientSecret: 'hunter-2', clientId: a, issuer: "https://a.b", tokenEndpoint: "https://a.b",
          userInfoEndpoint: "https://a.b", authorizationEndpoint: "https://a.b"}
  shop-settings-setting-db-password:
    value: hunter-3
environments:
  prod:
    overrides: {shop-database-primary: {password: hunter-4}}
"""
WRONG = BLUEPRINT.replace("{password: hunter-4}", "{password: hunter-4, iops: many}").replace(
    "password: \"hunter-1\"}", "password: hunter-1, multiAz: perhaps}"
).replace("value: hunter-3", "value: [hunter-3]")  # fmt: skip


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """All that a command writes for a blueprint's text; `FILE` and `PLAIN` (one without secrets) stand for files."""
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    (tmp_path / "plain.yaml").write_text(BLUEPRINT[: BLUEPRINT.index("overrides")].replace("hunter", "other"))

    def of(text: str, *command: str) -> str:
        (tmp_path / "shop.yaml").write_text(text)
        files = {"FILE": str(tmp_path / "shop.yaml"), "PLAIN": str(tmp_path / "plain.yaml")}
        monkeypatch.setattr("sys.argv", ["tenfold", *(files.get(word, word) for word in command)])
        cli.run()
        out, err = capsys.readouterr()
        return out + err

    return of


@pytest.mark.parametrize("text", [BLUEPRINT, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize(
    "command",
    [
        "plan FILE", "plan FILE --verbose", "plan FILE --json", "plan FILE --json --env prod", "plan FILE --env prod",
        "explain FILE", "explain FILE overrides --json", "explain FILE app.env.DB_PASSWORD --env prod",
        "explain FILE overrides.shop-database-primary.password", "validate FILE", "validate FILE --json",
        "diff PLAIN FILE --verbose", "diff FILE PLAIN --json", "diff PLAIN FILE --env prod", "diff FILE --json",
    ],
)  # fmt: skip
def test_nothing_shows_it(said, text, command):
    shown = said(text, *command.split())
    assert [secret for secret in SECRETS if secret in shown] == []
    assert "defect" not in shown


def test_what_is_hidden_is_said_to_be(said):
    assert 'password = "[secret]"' in said(BLUEPRINT, "plan", "FILE")
    assert said(BLUEPRINT, "explain", "FILE", "app.env.STRIPE").startswith("app.env.STRIPE = [secret]")
    told = json.loads(said(WRONG, "validate", "FILE", "--json"))["problems"]
    assert {p["code"] for p in told} == {"TF-O003", "TF-O004", "TF-O005", "TF-R116"}


def test_a_size_named_like_the_data_of_a_kubernetes_secret_is_shown(said):
    assert said(BLUEPRINT + "load: {data: 80GiB}\n", "explain", "FILE", "load.data").startswith("load.data = 80GiB")
    assert secrecy.by_name({"x": {"stringData": {"y": "z"}, "data": "80GiB"}}, "overrides") == {
        "x": {"stringData": secrecy.MASK, "data": "80GiB"}
    }


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password: correct, horse # it is", "password: [secret] # it is"),
        ("  a: {password: correct horse, multiAz: true}", "  a: {password: [secret], multiAz: true}"),
        ('  a: {master_x: 1, "auth_token": "x}, y", b: 2}', '  a: {master_x: 1, "auth_token": [secret], b: 2}'),
        ("  passwords: [first, 'se,cond'] # two", "  passwords: [secret] # two"),
        ("  {passwords: [first, second], b: 1}", "  {passwords: [secret], b: 1}"),
        ("  password: 'it''s', x", "  password: [secret], x"),
        ("  API_KEY: abcdef0123456789", "  API_KEY: [secret]"),
        ("  LINK: postgres://a:hunter@db/x", "  LINK: [secret]"),
        ("  TOKEN_TTL: 300, SECRET_ARN: arn:aws:x", "  TOKEN_TTL: 300, SECRET_ARN: arn:aws:x"),
        ("  API_KEY: /run/secrets/key", "  API_KEY: /run/secrets/key"),
        ("  privateKey: |", "  privateKey: |"),
        ("name: shop", "name: shop"),
    ],
)
def test_a_quoted_line(line, shown):
    assert quoting.mask_line(line)[0] == shown


def test_the_mark_stays_under_what_is_wrong():
    line = "a: {password: correct-horse-battery, iops: many}"
    shown, moved = quoting.mask_line(line)
    start = line.index("many")
    assert shown[moved(start) : moved(start + 4)] == "many"
    start = line.index("correct")
    assert shown[moved(start) : moved(start + len("correct-horse-battery"))] == "[secret]"


def test_an_error_of_somebody_else_is_censored():
    assert list(secrecy.in_clear("aws:rds/instance:Instance", {"password": "very-secret", "engine": "x"})) == [
        "password"
    ]
    assert (
        secrecy.censor_text("InvalidParameterValue: very-secret is too weak")
        == "InvalidParameterValue: [secret] is too weak"
    )
