"""User data: valid cloud-config, deterministic, small, without secrets; and its scripts really run."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.standby import image_in
from tenfold.components.host import Application, Database, Health, HostPlan, Jobs, Pooler, Proxy, cloud_config
from tenfold.components.host.config import LIMIT
from tenfold.components.host.image_registry import registries, repository_arns
from tenfold.components.host.units import units, word

DATA = Path(__file__).parent.parent / "data"
SCHEMA = json.loads((DATA / "cloud-init-22.4.2-schema.json").read_text())

FLEET = HostPlan(
    region="us-east-1",
    path="/shop/prod",
    log_group="shop-fleet-logs-1",
    application=Application(port=8080, drain_seconds=30, image="ghcr.io/acme/shop:1.4.2"),
)
SERVER = replace(
    FLEET,
    application=Application(8080, 30, health=Health("/healthz", 15, 5, 3, 60)),
    jobs=Jobs(("worker", "--queue", "all mail")),
    proxy=Proxy("shop.example.com"),
    volume_id="vol-0123456789abcdef0",
)
PLANS = {
    "fleet": FLEET,
    "fleet-with-pool": replace(FLEET, jobs=Jobs(("worker",), "ghcr.io/acme/shop:1"), pooler=Pooler("transaction", 20)),
    "single-server": replace(SERVER, database=Database("postgres", "17", "shop")),
    "single-server-mysql": replace(SERVER, database=Database("mysql", "8.4", "shop")),
    "separate-database": replace(SERVER, pooler=Pooler("session", 20)),
    "no-domain": replace(SERVER, proxy=Proxy(None)),
}


def files(plan: HostPlan) -> dict[str, str]:
    return {file["path"]: file["content"] for file in yaml.safe_load(cloud_config(plan))["write_files"]}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_valid_against_cloud_init_s_own_schema_and_within_ec2_s_limit(plan: HostPlan) -> None:
    text = cloud_config(plan)
    assert text.startswith("#cloud-config\n")
    jsonschema.Draft4Validator(SCHEMA).validate(yaml.safe_load(text))
    assert len(text.encode()) < LIMIT - 1024, "keep room for the command of the jobs"
    assert text == cloud_config(replace(plan))


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_scripts_parse_and_every_unit_that_is_needed_exists(plan: HostPlan) -> None:
    for path, text in files(plan).items():
        if text.startswith("#!/usr/bin/bash"):
            subprocess.run(["bash", "-n"], input=text, text=True, check=True)
        elif text.startswith("#!/usr/bin/python3"):
            compile(text, path, "exec")
    made = units(plan)
    enabled = set(yaml.safe_load(cloud_config(plan))["runcmd"][-1][4:])
    for name, text in made.items():
        needed = re.findall(r"tenfold-[a-z]+\.service", "".join(re.findall(r"^(?:Wants|After)=.*$", text, re.M)))
        assert set(needed) <= set(made), f"{name} needs what is not there"
        assert (name in enabled) == ("[Install]" in text)
        for script in re.findall(r"/usr/local/sbin/([a-z-]+)", text):
            assert f"/usr/local/sbin/{script}" in files(plan)


def test_the_port_is_open_to_the_balancer_only_where_there_is_one() -> None:
    assert "--publish 8080:8080" in units(PLANS["fleet"])["tenfold-app.service"]
    server = units(PLANS["single-server"])
    assert "--publish 127.0.0.1:8080:8080" in server["tenfold-app.service"]
    assert "--publish" not in server["tenfold-database.service"]


def test_a_release_of_the_single_server_changes_no_user_data() -> None:
    assert "@APP_IMAGE" in units(SERVER)["tenfold-app.service"]
    assert "1.4.2" in units(FLEET)["tenfold-app.service"]


def test_proxy_takes_certificates_for_the_domain_or_serves_http() -> None:
    assert "shop.example.com {" in files(PLANS["single-server"])["/etc/tenfold/Caddyfile"]
    assert ":80 {" in files(PLANS["no-domain"])["/etc/tenfold/Caddyfile"]
    assert "/etc/tenfold/Caddyfile" not in files(PLANS["fleet"])


ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def test_private_registry_gets_its_login_helper_whether_the_image_is_fixed_or_followed() -> None:
    fixed = replace(FLEET, application=Application(80, 5, f"{ECR}/shop:1"))
    followed = replace(SERVER, registries=(ECR,))
    for plan in (fixed, followed):
        assert json.loads(files(plan)["/root/.docker/config.json"]) == {"credHelpers": {ECR: "ecr-login"}}
        assert "amazon-ecr-credential-helper" in yaml.safe_load(cloud_config(plan))["packages"]
    assert "/root/.docker/config.json" not in files(FLEET)


def test_only_private_repositories_need_a_login_and_a_right() -> None:
    images = [
        f"{ECR}/team/shop:1",
        f"{ECR}/shop@sha256:abc",
        "ghcr.io/acme/shop:1",
        "public.ecr.aws/docker/library/caddy:2",
    ]
    assert registries(images) == [ECR]
    below = "arn:aws:ecr:us-east-1:123456789012:repository"
    assert repository_arns(images) == [f"{below}/shop", f"{below}/team/shop"]


@pytest.mark.parametrize(
    "host",
    [
        "dkr.ecr.{}.amazonaws.com",
        "dkr.ecr-fips.{}.amazonaws.com",
        "dkr-ecr.{}.on.aws",
        "dkr-ecr-fips.{}.on.aws",
        "dkr.ecr.{}.amazonaws.com.cn",
        "dkr-ecr.{}.on.amazonwebservices.com.cn",
    ],
)
def test_each_name_of_a_registry_gets_the_login_the_right_and_its_like_in_the_other_region(host: str) -> None:
    there, other = (f"123456789012.{host.format(region)}" for region in ("us-east-1", "us-west-2"))
    assert registries([f"{there}/shop:1"]) == [there]
    assert repository_arns([f"{there}/shop:1"]) == ["arn:aws:ecr:us-east-1:123456789012:repository/shop"]
    assert image_in("us-west-2", "us-east-1", f"{there}/shop:1") == f"{other}/shop:1"
    assert image_in("us-west-2", "eu-west-1", f"{there}/shop:1") == f"{there}/shop:1", "of a third region"


@pytest.mark.parametrize("image", ["ghcr.io/us-east-1.dkr/shop:1", "123.dkr.ecr.us-east-1.amazonaws.com/shop:1"])
def test_what_only_looks_like_a_registry_of_ecr_gets_neither(image: str) -> None:
    assert (registries([image]), repository_arns([image])) == ([], [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"application": Application(80, 5, 'shop"; rm -rf /')}, "image reference"),
        ({"application": Application(80, 5, "-v/:/host")}, "image reference"),
        ({"application": Application(0, 5)}, "between 1 and 65535"),
        ({"proxy": Proxy("shop.example.com {\n respond ok")}, "such as shop.example.com"),
        ({"database": Database("postgres", "17", "shop")}, "needs a data volume"),
        ({"pooler": Pooler("fast", 5)}, 'mode must be "session", "transaction" or "statement", not'),
        ({"path": "shop"}, "/shop/prod"),
    ],
)
def test_what_no_host_could_run_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(FLEET, **change)


def test_a_command_too_long_for_user_data_is_refused_with_a_way_out() -> None:
    with pytest.raises(ValueError, match="move it into the image"):
        cloud_config(replace(FLEET, jobs=Jobs(("x" * LIMIT,))))


def systemd_reads(line: str) -> str:
    """What systemd makes of one quoted argument (systemd.service(5), "Command lines")."""
    if line.startswith('"'):
        line = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), line[1:-1])
    return line.replace("%%", "%").replace("$$", "$")


@given(
    st.text(
        st.characters(min_codepoint=9, max_codepoint=0x2FF, exclude_categories=["Cc", "Cs"]) | st.just("\n"), min_size=1
    )
)
def test_any_word_of_a_command_arrives_as_it_was_written(text: str) -> None:
    quoted = word(text)
    assert "\n" not in quoted
    assert systemd_reads(quoted) == text


# ---- the settings script, run for real against a stand-in for the AWS CLI ----

AWS = """#!PYTHON
import json, os, sys
from pathlib import Path
cloud = Path(os.environ["CLOUD"])
data = json.loads(cloud.read_text())
if "get-parameters-by-path" in sys.argv:
    if data.get("down"):
        sys.exit("Could not connect")
    print(json.dumps({"Parameters": [{"Name": k, "Value": v} for k, v in data["parameters"].items()]}))
elif "get-secret-value" in sys.argv:
    arn = sys.argv[sys.argv.index("--secret-id") + 1]
    if arn not in data["secrets"]:
        sys.exit("An error occurred (ResourceNotFoundException): can't find the specified secret value")
    print(json.dumps({"SecretString": data["secrets"][arn]}))
elif "put-secret-value" in sys.argv:
    assert not any("password" in word for word in sys.argv[1:]), "a secret on the command line"
    data["secrets"][sys.argv[sys.argv.index("--secret-id") + 1]] = sys.stdin.read()
    cloud.write_text(json.dumps(data))
"""
RECORDER = (
    '#!/usr/bin/env bash\necho "$(basename "$0") $*" >> "$CALLS"\n[ "${2:-}" != --quiet ] || [[ "$3" != *broken* ]]\n'
)


class Host:
    """A directory that stands for a host: /etc/tenfold, /run/tenfold and the commands the script calls."""

    def __init__(self, where: Path, plan: HostPlan):
        self.where, self.run_dir, self.calls, self.cloud = where, where / "run", where / "calls", where / "cloud.json"
        bin_dir = where / "bin"
        bin_dir.mkdir()
        for name, text in {
            "aws": AWS.replace("PYTHON", sys.executable),
            "systemctl": RECORDER,
            "docker": RECORDER,
        }.items():
            (bin_dir / name).write_text(text)
            (bin_dir / name).chmod(0o755)
        made = files(plan)
        (where / "host.json").write_text(made["/etc/tenfold/host.json"])
        (where / "settings.py").write_text(made["/usr/local/sbin/tenfold-settings"])
        self.parameters = {
            "/shop/prod/settings/LOG_LEVEL": "info",
            "/shop/prod/settings/DATABASE_ENGINE": "postgres",
            "/shop/prod/settings/DATABASE_HOST": "db.internal",
            "/shop/prod/settings/DATABASE_PORT": "5432",
            "/shop/prod/settings/DATABASE_NAME": "shop",
            "/shop/prod/settings/DATABASE_TLS": "require",
            "/shop/prod/settings/DATABASE_SECRET_ARN": "arn:db",
            "/shop/prod/secrets/STRIPE_KEY": "arn:stripe",
            "/shop/prod/release/APP_IMAGE": "ghcr.io/acme/shop:1",
        }
        self.secrets = {"arn:stripe": "sk_live", "arn:db": json.dumps({"username": "app", "password": "p@ss/word"})}

    def run(self, *words: str, down: bool = False) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("")
        self.cloud.write_text(json.dumps({"parameters": self.parameters, "secrets": self.secrets, "down": down}))
        paths = {"TENFOLD_HOST": self.where / "host.json", "TENFOLD_RUN": self.run_dir, "CLOUD": self.cloud}
        env = {**os.environ, **{k: str(v) for k, v in paths.items()}, "CALLS": str(self.calls)}
        env["PATH"] = f"{self.where / 'bin'}:{env['PATH']}"
        done = subprocess.run(
            [sys.executable, self.where / "settings.py", *words], env=env, capture_output=True, text=True
        )
        self.secrets = json.loads(self.cloud.read_text())["secrets"]
        return done

    def env(self, name: str = "app.env") -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.run_dir / name).read_text().splitlines())

    def restarted(self) -> list[str]:
        return re.findall(r"try-restart (\S+)", self.calls.read_text())


def test_settings_and_secrets_reach_the_environment_file(tmp_path: Path) -> None:
    host = Host(tmp_path, FLEET)
    assert host.run("app").returncode == 0
    env = host.env()
    assert env["STRIPE_KEY"] == "sk_live" and env["LOG_LEVEL"] == "info"
    assert env["DATABASE_URL"] == "postgresql://app:p%40ss%2Fword@db.internal:5432/shop?sslmode=require"
    assert (host.run_dir.stat().st_mode & 0o777) == 0o700
    assert host.restarted() == []


def test_the_database_s_password_is_made_once_on_the_host_and_kept_in_the_secret(tmp_path: Path) -> None:
    host = Host(tmp_path, PLANS["single-server"])
    del host.secrets["arn:db"]
    assert host.run("database").returncode == 0
    made = json.loads(host.secrets["arn:db"])
    assert made["username"] == "app" and len(made["password"]) == 48
    assert host.env("database.env")["POSTGRES_PASSWORD"] == made["password"]
    host.run()
    assert json.loads(host.secrets["arn:db"]) == made


def test_a_managed_database_s_secret_is_never_written(tmp_path: Path) -> None:
    host = Host(tmp_path, FLEET)
    del host.secrets["arn:db"]
    assert host.run("app").returncode == 1
    assert "arn:db" not in host.secrets


def test_a_rotated_password_restarts_what_uses_it_and_nothing_else_does(tmp_path: Path) -> None:
    host = Host(tmp_path, PLANS["separate-database"])
    host.run("app")
    host.run()
    assert host.restarted() == []
    host.secrets["arn:db"] = json.dumps({"username": "app", "password": "new"})
    host.run()
    assert host.restarted() == ["tenfold-app.service", "tenfold-jobs.service", "tenfold-pgbouncer.service"]
    host.secrets["arn:stripe"] = "sk_2"
    host.run("app")
    assert host.restarted() == ["tenfold-jobs.service"]


def test_the_pool_stands_between_and_migrations_can_go_around_it(tmp_path: Path) -> None:
    host = Host(tmp_path, PLANS["separate-database"])
    host.run("app")
    env = host.env()
    assert env["DATABASE_URL"] == "postgresql://app:p%40ss%2Fword@pgbouncer:6432/shop"
    assert env["DATABASE_DIRECT_URL"].endswith("@db.internal:5432/shop?sslmode=require")
    ini = (host.run_dir / "pgbouncer.ini").read_text()
    assert "* = host=db.internal port=5432" in ini and "pool_mode = session" in ini
    assert "server_tls_sslmode = require" in ini and "max_db_connections = 20" in ini
    assert (host.run_dir / "userlist.txt").read_text() == '"app" "p@ss/word"\n'


def test_a_new_release_is_pulled_before_the_restart_and_a_broken_one_is_not_taken(tmp_path: Path) -> None:
    host = Host(tmp_path, SERVER)
    host.run("app")
    host.parameters["/shop/prod/release/APP_IMAGE"] = "ghcr.io/acme/shop:2"
    host.run()
    calls = host.calls.read_text()
    assert calls.index("docker pull --quiet ghcr.io/acme/shop:2") < calls.index("try-restart tenfold-app.service")
    host.parameters["/shop/prod/release/APP_IMAGE"] = "ghcr.io/acme/shop:broken"
    assert "cannot be pulled" in host.run().stderr
    assert host.env("release.env") == {"APP_IMAGE": "ghcr.io/acme/shop:2"}
    assert host.restarted() == []


def test_without_the_parameter_store_a_running_host_goes_on_and_a_fresh_one_says_why_not(tmp_path: Path) -> None:
    host = Host(tmp_path, FLEET)
    failed = host.run("app", down=True)
    assert failed.returncode == 1 and "Could not connect" in failed.stderr and "Traceback" not in failed.stderr
    host.run("app")
    assert host.run("app", down=True).returncode == 0
    assert host.env()["STRIPE_KEY"] == "sk_live"


def test_what_cannot_be_delivered_is_named_with_the_remedy(tmp_path: Path) -> None:
    host = Host(tmp_path, FLEET)
    host.secrets["arn:stripe"] = "two\nlines"
    assert "STRIPE_KEY has several lines" in host.run("app").stderr
    del host.secrets["arn:stripe"]
    assert "put-secret-value --secret-id arn:stripe" in host.run("app").stderr
    assert "STRIPE_KEY" not in host.env()
