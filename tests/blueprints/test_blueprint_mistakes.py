"""Mistakes people make: what they are told, and where."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.rules.pooling import _PER_CONNECTION
from tenfold.blueprints.sizes.offerings import capacity
from tenfold.components.plans import rds
from tenfold.render.problems import as_json, as_text

STAGE4 = "stage: 4\napp: {image: 'ghcr.io/acme/shop:1.4.2', stateless: true}\n"
MODEL = (
    "stage: 6\napp: {image: 'a/b:1', stateless: true, jobs: {command: [w]}}\n"
    "queues: {o-of: {acceptable_delay: 30s, message_takes: 1s}}\n"
    "events: {aa: {to: [o-of], keep: none}, bb: {to: [o-of]}}\n"
)
VPC = "network: {cidr: 10.8.0.0/16, existing: {vpc: vpc-0a1b2c3d, subnets: {us-east-1a: {public: subnet-0a1b2c3d"
THEIRS = (
    "database: {existing: {address: db.example.com, "
    "secret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf'}"
)
EDGE = STAGE4 + "cdn: {functions: {"
STAGE7 = "stage: 7\napp: {image: 'ghcr.io/acme/shop:1.4.2', stateless: true}\n"
STAGE3 = "stage: 3\napp: {image: 'ghcr.io/acme/shop:1.4.2', stateless: true}\n"
MEMCACHED = STAGE4 + "sessions: {store: database}\ncache: {engine: memcached, "
ELASTIC = STAGE3 + "with: [autoscaling]\n"
DAY = ELASTIC + "fleet: {scaling: {schedules: {day: {servers: 3, "

# part of a blueprint, code, line, column, and words that must be in the message or the hint
MISTAKES = [
    ("stateles: true", "TF-V001", 1, 1, "at the top of a blueprint"),
    ("app:\n  image: a/b:1\n  stateles: true", "TF-V001", 3, 3, "Did you mean `stateless`?"),
    ("instance: t4g.small", "TF-V001", 1, 1, "`services`, `kubernetes` or `workers`"),
    ("load: {throwaway: true}", "TF-V001", 1, 8, "belongs at the top"),
    ("kubernetes: {count: many}", "TF-V001", 1, 14, "Known here: version, admins"),  # of replicas a number
    ("nodes: 2", "TF-V001", 1, 1, "`nodes` belongs under `cache`."),
    ("load: {users: 600K}", "TF-V008", 1, 15, "Did you mean 600k?"),
    ("load: 5k", "TF-V003", 1, 7, "A mapping of fields is needed here, not `5k`"),
    ("load: [5k]", "TF-V003", 1, 7, "without the dashes"),
    ("with: database", "TF-V003", 1, 7, "Write it as a list: [database]"),
    ("throwaway: yes", "TF-V003", 1, 12, "true and false"),
    ("tags: {answer: 42}", "TF-V003", 1, 16, 'Put it in quotes: "42"'),
    ("tags: {on: true}", "TF-V003", 1, 12, 'Put it in quotes: "true"'),
    ("domain: NO", "TF-V024", 1, 9, "shop.example.com"),
    ("app: {image: 'a/b:1', drain: 1:30}", "TF-V004", 1, 30, "10m"),
    ("app: {image: 'a/b:1', drain: 30}", "TF-V004", 1, 30, "the unit is missing"),
    ("app: {image: 'a/b:1', drain: 2h}", "TF-V015", 1, 30, "at most 1h"),
    ("app: {image: 'a/b:1', env: {'A B': x}}", "TF-V020", 1, 29, "LOG_LEVEL"),
    ("app: {image: 'a/b:1', port: 80.5}", "TF-V003", 1, 29, "whole number"),
    ("app: {image: 'a/b:1', health: {healthy_after: 1}}", "TF-V015", 1, 47, "at least 2"),
    ("tags: {ver: 1.10}", "TF-V003", 1, 13, 'not `1.10`. Put it in quotes: "1.10"'),
    ("tags: {mode: 0o644}", "TF-V003", 1, 14, 'Put it in quotes: "0o644"'),
    ("tags: {sci: 1e3}", "TF-V003", 1, 13, 'Put it in quotes: "1e3"'),
    ("tags: {octal: 0755}", "TF-V003", 1, 15, 'Put it in quotes: "0755"'),
    ("tags: {on: True}", "TF-V003", 1, 12, 'Put it in quotes: "True"'),
    ("stage: 2\ndatabase: {version: 17.10}", "TF-V003", 2, 21, 'Put it in quotes: "17.10"'),
    ("app: {image: 'a/b:1', secrets: 0x10}", "TF-V003", 1, 32, "[0x10]"),
    (STAGE4 + "database: {replicas: 3}", "TF-V003", 3, 22, "Write `replicas: {count: 3}`."),
    (STAGE4 + "cache: valkey", "TF-V003", 3, 8, "Write `cache: {engine: valkey}`."),
    (STAGE4 + "cache: 2", "TF-V003", 3, 8, "Write `cache: {nodes: 2}`."),
    ("load: 5k", "TF-V003", 1, 7, "Write `load: {users: 5k}`."),
    ("server: t4g.small", "TF-V003", 1, 9, "Write `server: {instance: t4g.small}`."),
    ("database: {storage: 50GiB}", "TF-V003", 1, 21, "Write `storage: {size: 50GiB}`."),
    ("database: {backups: 7d}", "TF-V003", 1, 21, "Write `backups: {keep: 7d}`."),
    ("network: 10.1.0.0/16", "TF-V003", 1, 10, "Write `network: {cidr: 10.1.0.0/16}`."),
    ("budget: 90 USD", "TF-V010", 1, 9, "Not an amount"),
    ("stage: '5'", "TF-S001", 1, 8, "without quotes. Write 5."),
    ("region:", "TF-S017", 1, 1, "`region` is empty, so the default is used: us-east-1."),
    ("domain:", "TF-S017", 1, 1, "`domain` is empty, so it has no effect."),
    ("stage: 6\nqueues:\n  mail:", "TF-V002", 3, 3, "`queues.mail.acceptable_delay` is required"),
    ("stage: 6\nevents:\n  paid:", "TF-V002", 3, 3, "`events.paid.to` is required"),
    ("stage: 6\nservices:\n  search:", "TF-R160", 3, 3, "`search` has no"),
    ("stage: 6\nservices: {search: {}}", "TF-R160", 2, 12, "`search` has no"),
    ("stage: 6\nservices: {search: {cpu: much}}", "TF-V092", 2, 26, "Not an amount of CPU"),
    ("stage: 6\nservices: {search: {memory: much}}", "TF-V005", 2, 29, "Not an amount of memory"),
    ("database: {backups: {keep: long}}", "TF-V004", 1, 28, "Not a number of days"),
    ("app: {image: 'a/b:1', secrets: [sk_live_0123456789]}", "TF-V070", 1, 33, "change it at its issuer"),
    ("app: {image: 'a/b:1', secrets: ['API_KEY=abc']}", "TF-V070", 1, 33, "Write the name only: API_KEY."),
    (STAGE4 + "balancer: {idle: 3m}", "TF-R114", 3, 18, "120 s for an answer"),
    (STAGE4 + "balancer: {idle: 1s}", "TF-R114", 3, 18, "2s or more"),
    (
        STAGE3 + "database: {instance: db.m7g.large, engine: mysql, version: '8.0'}",
        "TF-R115",
        3,
        60,
        "ended on 2026-07-31. Extended Support is charged for each vCPU: 4 × 0.10 USD an hour = about 292 USD a month",
    ),
    (
        "stage: 6\napp: {image: 'a/b:1', stateless: true}\n"
        "services: {bills: {image: 'a/b:1', route: /b/*, data: {engine: mysql, version: '8.0'}}}",
        "TF-R115",
        3,
        80,
        "Supported: 8.4.",
    ),
    ("stage: 2\ndatabase: {version: '13'}", "TF-R115", 2, 21, "Supported: 14, 15, 16, 17, 18."),
    (
        STAGE3 + "fleet: {servers: 4}\ndatabase: {instance: db.t4g.micro, pooling: {connections: 50}}",
        "TF-R118",
        4,
        59,
        "4 servers × 50 connections = 200; db.t4g.micro takes at most 112 (1 GiB ÷ 9.1 MiB). A larger class, or "
        "`database.pooling.connections` of 22 or less.",
    ),
    (
        "stage: 6\napp: {image: 'a/b:1', stateless: true, jobs: {command: [worker]}}\n"
        "queues: {mail: {acceptable_delay: 1m, message_takes: 1s}}\nworkers: {servers: 1-3}\nfleet: {servers: 4}\n"
        "database: {instance: db.t4g.micro, pooling: {connections: 25}}",
        "TF-R118",
        6,
        59,
        "7 servers × 25 connections = 175; db.t4g.micro takes at most 112",
    ),
    ("domain: a.example.com\nenvironments:\n  dev: {}\n  prod: {}", "TF-E005", 1, 9, "such as dev.a.example.com"),
    ("stage: 2\ndatabase: {parameters: {max_connection: '200'}}", "TF-R120", 2, 25, "Did you mean max_connections?"),
    (
        "stage: 2\ndatabase: {parameters: {work_mem: 64MB}}",
        "TF-R122",
        2,
        35,
        'a number in kB, not 64MB. Write "65536".',
    ),
    ("stage: 2\ndatabase: {parameters: {shared_buffers: 128MB}}", "TF-R122", 2, 41, 'Write "16384".'),
    ("stage: 2\ndatabase: {parameters: {log_min_duration_statement: 250ms}}", "TF-R122", 2, 53, 'Write "250".'),
    ("stage: 2\ndatabase: {parameters: {checkpoint_timeout: 15min}}", "TF-R122", 2, 45, 'Write "900".'),
    ("stage: 2\ndatabase: {parameters: {jit: off}}", "TF-R122", 2, 30, 'takes 0 or 1, not off. Write "0".'),
    ("stage: 2\ndatabase: {parameters: {max_connections: '0'}}", "TF-R122", 2, 42, "Valid: 1 to 262143."),
    ("stage: 2\ndatabase: {parameters: {wal_level: logical}}", "TF-R121", 2, 25, "RDS sets wal_level itself"),
    ("stage: 2\ndatabase: {parameters: {io_method: worker}}", "TF-R120", 2, 25, "comes with version 18"),
    ("stage: 2\ndatabase: {parameters: {pgvector.x: '1'}}", "TF-R123", 2, 25, "RDS may refuse it"),
    (
        "stage: 2\ndatabase: {engine: mysql, parameters: {innodb_buffer_pool_size: 4G}}",
        "TF-R122",
        2,
        65,
        'not 4G. Write "4294967296".',
    ),
    ("owner: ''", "TF-V037", 1, 8, "or a name"),
    ("owner: Team <team@example.com>", "TF-V037", 1, 8, "and nothing else"),
    ("name: ssm-tools", "TF-R026", 1, 7, "Parameter Store"),
    ("name: shop--eu", "TF-R026", 1, 7, "Write shop-eu."),
    ("name: internal", "TF-R026", 1, 7, "`internal-`, as a balancer's name would"),
    ("name: internal-tools", "TF-R026", 1, 7, "Elastic Load Balancing"),
    ("name: sg-tools", "TF-R026", 1, 7, "a security group's name"),
    ("name: sthree-files", "TF-R026", 1, 7, "a bucket's name"),
    ("name: order", "TF-R026", 1, 7, "`order` is a reserved word there, which RDS refuses. For example order-app."),
    ("name: current-date", "TF-R026", 1, 7, "`current_date`"),
    ("name: catalog", "TF-R026", 1, 7, "which RDS refuses"),
    ("name: rank\ndatabase: {engine: mysql}", "TF-R026", 1, 7, "`rank` is a reserved word there"),
    ("name: information-schema\ndatabase: {engine: mysql}", "TF-R026", 1, 7, "a database of mysql itself"),
    ("name: storage", "TF-R110", 1, 7, "a key word of SQL"),
    ("name: sys\ndatabase: {engine: mysql}", "TF-R026", 1, 7, "a database of mysql itself"),
    ("app: {image: 'a/b:1', env: {log_level: info}}", "TF-V020", 1, 29, "Capital letters"),
    ("app: {image: 'a/b:1', env: {A: ''}}", "TF-V033", 1, 32, "Leave an empty one out"),
    ('app: {image: a/b, env: {A: "x\\ny"}}', "TF-V033", 1, 28, "base64"),
    ("app: {image: 'a/b:1', env: {PORT: '80'}}", "TF-R027", 1, 29, "the port to listen on"),
    ("app: {image: 'a/b:1', secrets: [DATABASE_URL]}", "TF-R027", 1, 33, "Choose another name"),
    ("app: {image: 'a/b:1', env: {SHARD_1_HOST: x}}", "TF-R148", 1, 29, "with a shard of that name, `SHARD_1_HOST`"),
    ("app: {image: 'a/b:1', env: {QUEUE_ORDERS_URL: x}}", "TF-R148", 1, 29, "`QUEUE_<NAME>_URL` for itself"),
    ("app: {image: 'a/b:1', env: {SERVICE_MAIL_URL: x}}", "TF-R148", 1, 29, "where the service answers"),
    ("app: {image: 'a/b:1', secrets: [A, SHARD_0_SECRET_ARN]}", "TF-R148", 1, 36, "Choose another name"),
    ("app: {image: 'a/b:1', secrets: [A, B, A]}", "TF-R021", 1, 39, "twice"),
    ("app: {image: 'a/b:1', env: {A: " + "é" * 2049 + "}}", "TF-V033", 1, 32, "4,098 bytes"),
    ("tags: {name: x}", "TF-R028", 1, 8, "already has a tag `name`"),
    ("tags: {team: a, Team: b}", "TF-R028", 1, 17, "by case only"),
    ("owner: shop\ntags: {Owner: b}", "TF-R028", 2, 8, "already"),
    ("zone: Example.com", "TF-V035", 1, 7, "example.com"),
    ("budget: 0 USD/month", "TF-V015", 1, 9, "at least 1 USD/month"),
    ("region: us-west-1\nnetwork: {zones: 3}", "TF-V032", 2, 18, "Use 2"),
    ("region: us-east-1\nserver: {instance: mac2.metal}", "TF-V031", 2, 20, "macOS"),
    (STAGE3 + "cache: {node: cache.r6gd.xlarge}", "TF-V031", 3, 15, "data tiering"),
    (STAGE3 + "cache: {engine: redis, version: '6.2'}", "TF-V013", 3, 33, "IAM"),
    ("stage: 2\ndatabase: {pooling: {via: proxy, mode: statement}}", "TF-R035", 2, 40, "pgbouncer"),
    ("stage: 2\ndatabase: {parameters: {rds.force_ssl: '0'}}", "TF-R031", 2, 40, "unencrypted"),
    ("stage: 2\nthrowaway: true\ndatabase: {backups: {keep: 0d}}", "TF-R019", 3, 28, "1d is the minimum"),
    (STAGE3 + "fleet: {servers: 4}\ndatabase: {parameters: {max_connections: '30'}}", "TF-R032", 4, 42, "4 pools"),
    ("database: {engine: postgress}", "TF-V014", 1, 20, "Did you mean postgres?"),
    ("database: {engine: oracle}", "TF-V014", 1, 20, "postgres or mysql"),
    ('database: {version: "17.99"}', "TF-V013", 1, 21, "postgres 17.99"),
    ('database: {engine: mysql, version: "17"}', "TF-V013", 1, 36, "8.4"),
    ("server: {instance: t4g.smal}", "TF-V012", 1, 20, "t4g.small"),
    ("region: eu-south-2\nserver: {instance: t2.micro}", "TF-V012", 2, 20, "It exists in other regions or versions."),
    ("stage: 2\ndatabase: {instance: db.m3.medium}", "TF-V012", 2, 22, "for postgres 17 in us-east-1"),
    (STAGE3 + "cache: {node: cache.t9.micro}", "TF-V012", 3, 15, "cache.t4g.micro for 10,000 users"),
    (STAGE3 + "cache: {version: '9.9'}", "TF-V013", 3, 18, "7.2, 8.0"),
    ("network: {cidr: 10.40.0.0/21}", "TF-V027", 1, 17, "8 blocks of 256; later stages need 12"),
    ("network: {cidr: 10.0.0.0/8}", "TF-V027", 1, 17, "65,536"),
    ("network: {cidr: 10.40.0.0}", "TF-V026", 1, 17, "10.40.0.0/16"),
    ("network: {cidr: 'fd00::/16'}", "TF-V026", 1, 17, "IPv4"),
    ("network: {cidr: 10.40.3.7/16}", "TF-V026", 1, 17, "Write 10.40.0.0/16"),
    ("stage: load-balance", "TF-S001", 1, 8, "Did you mean load-balanced?"),
    ("stage: 0", "TF-S001", 1, 8, "1 single-server"),
    ("cdn: {waf: true}", "TF-S003", 1, 1, "stage 4 (cached)"),
    (STAGE3 + "fleet: {scaling: {out_at: 70%}}", "TF-S003", 3, 9, "with: [autoscaling]"),
    ("load: {answer_size: 20GiB}", "TF-V005", 1, 21, "KiB or MiB"),
    ("load: {cpu_per_request: 20}", "TF-V004", 1, 25, "the unit is missing"),
    ("load: {campaign: 0}", "TF-V015", 1, 18, "from 1 to 1000"),
    (ELASTIC + "fleet: {scaling: {track: 60}}", "TF-V040", 4, 26, "60%"),
    (ELASTIC + "fleet: {servers: 8-2}", "TF-V011", 4, 18, "the smaller number comes first"),
    (ELASTIC + "fleet: {servers: 1-4}", "TF-R006", 4, 18, "every failure is an outage"),
    (ELASTIC + "fleet: {scaling: {steps: {70%: -1}}}", "TF-V015", 4, 32, "at least 1"),
    (ELASTIC + "fleet: {scaling: {steps: {170%: +1}}}", "TF-V006", 4, 27, "60%: +1"),
    (ELASTIC + "fleet: {scaling: {out_at: 70%, track: 60%}}", "TF-R040", 4, 32, "`out_at` and `track`"),
    (ELASTIC + "fleet: {scaling: {track: 60%, in_at: 20%}}", "TF-R040", 4, 31, "below its target"),
    (ELASTIC + "fleet: {scaling: {in_at: 80%}}", "TF-R041", 4, 26, "removed at 80% and added at 70%"),
    (ELASTIC + "fleet: {scaling: {in_at: 60%}}", "TF-R042", 4, 26, "70% × 2 ÷ 3 = 46.7% on 3"),
    (ELASTIC + "fleet: {scaling: {steps: {44%: +4}}}", "TF-R042", 4, 26, "44% × 2 ÷ 3 = 29.3% on 3"),
    (
        ELASTIC + "fleet: {scaling: {steps: {60%: +1}, cooldown: {out: 1m}}}",
        "TF-R043",
        4,
        53,
        "ignores a cooldown with `steps`",
    ),
    (ELASTIC + "fleet: {servers: 2-4, scaling: {warm_pool: 9}}", "TF-R044", 4, 44, "at most 4 can run"),
    (DAY + "cron: 0 8 * *, until: 0 9 * * *}}}}", "TF-R045", 4, 55, "4 fields, not five"),
    (DAY + "cron: 0 25 * * *, until: 0 9 * * *}}}}", "TF-R045", 4, 55, "25 is not a valid hour, 0 to 23"),
    (DAY + "cron: 0 8 31 6 *, until: 0 9 * * *}}}}", "TF-R045", 4, 55, "never happen"),
    (DAY + "cron: 0 8 * * *, until: 0 9 * * *, zone: Europe/Berlyn}}}}", "TF-R046", 4, 90, "Europe/Berlin"),
    (ELASTIC + "fleet: {scaling: {schedules: {day: {cron: 0 8 * * *}}}}", "TF-V002", 4, 31, "servers: 6-20"),
    (
        ELASTIC
        + "fleet: {scaling: {schedules: {day: {corn: 0 8 * * *, cron: 0 8 * * *, servers: 2, until: 0 9 * * *}}}}",
        "TF-V001",
        4,
        37,
        "Did you mean `cron`?",
    ),
    (ELASTIC + "fleet: {servers: 4}", "TF-R049", 4, 18, "`without: [autoscaling]`"),
    (STAGE3 + "sessions: {store: tokens}", "TF-R052", 3, 19, "with: [tokens]"),
    ("regions: {standby: {region: us-west-2}}", "TF-S003", 1, 11, "with: [standby-region"),
    (STAGE7 + "regions: {standby: {region: us-east-1}}", "TF-R200", 3, 29, "both would fail together"),
    (STAGE7 + "without: [replicas]\ndatabase: {password: {keeper: rds}}", "TF-R204", 4, 31, "us-west-2 is a replica"),
    (STAGE7 + "without: [replicas]\ndatabase: {backups: {keep: 0d}}", "TF-R004", 4, 28, "starts from a backup"),
    (
        STAGE7 + "regions: {standby: {region: us-gov-west-1}}",
        "TF-R200",
        3,
        29,
        "another partition of AWS than us-east-1",
    ),
    (STAGE7 + "region: sa-east-1", "TF-R200", 1, 1, "no second region under the law of sa-east-1"),
    (STAGE7 + "regions: {standby: {region: us-wset-2}}", "TF-V025", 3, 29, "us-west-2"),
    (STAGE7 + "regions: {standby: {mode: cold}}", "TF-V014", 3, 27, "pilot-light"),
    (VPC.replace("vpc-", "eni-") + "}}}}", "TF-V106", 1, 46, "This is not the id of a VPC."),
    (VPC.replace("us-east-1a", "a") + "}}}}", "TF-V107", 1, 70, "Like us-east-1a"),
    (VPC.replace("cidr: 10.8.0.0/16, ", "") + "}}}}", "TF-R300", 1, 27, "Set `network.cidr` to the VPC's own block"),
    (VPC.replace("cidr", "nat: one, cidr") + "}}}}", "TF-R301", 1, 11, "vpc-0a1b2c3d is laid out by its owner"),
    (STAGE3 + VPC + "}}}}", "TF-R302", 3, 70, "us-east-1a has no private subnet for the servers."),
    (STAGE3 + VPC + "}}}}", "TF-R009", 3, 69, "Name the subnets of another zone."),
    (VPC + ", private: subnet-0a1b2c3d}}}}", "TF-R303", 1, 117, "subnet-0a1b2c3d is the public subnet of us-east-1a"),
    (VPC.replace("us-east-1a", "eu-west-1a") + "}}}}", "TF-R304", 1, 70, "eu-west-1a is not in us-east-1."),
    (THEIRS + "}", "TF-S003", 1, 12, "take it early: with: [database]"),
    ("stage: 2\n" + THEIRS.replace("db.", "mysql://db.") + "}", "TF-V108", 2, 32, "without scheme"),
    ("stage: 2\n" + THEIRS.replace("arn:", "") + "}", "TF-V109", 2, 56, "the ARN of a secret"),
    ("stage: 2\n" + THEIRS + ", instance: db.t4g.small}", "TF-R310", 2, 125, "its owner sets it up"),
    ("stage: 2\n" + THEIRS + ", pooling: {via: proxy}}", "TF-R311", 2, 140, "`via: pgbouncer`"),
    (STAGE4 + THEIRS + "}", "TF-R312", 3, 12, "Write `without: [replicas]`."),
    (STAGE7 + "without: [replicas]\n" + THEIRS + "}", "TF-R312", 4, 12, "Write `without: [standby-region, recovery]`."),
    ("stage: 2\n" + THEIRS.replace("us-east", "eu-west") + "}", "TF-R313", 2, 56, "Name its replica in us-east-1."),
    (STAGE7 + "regions: {recovery: {drill: {date: 2025-01-31}}}", "TF-R205", 3, 36, "The last drill was"),
    (STAGE7 + "regions: {recovery: {drill: {date: 2099-02-30}}}", "TF-V043", 3, 36, "day is out of range"),
    (STAGE7 + "regions: {recovery: {time: 5m, decision: 5m}}", "TF-R201", 3, 28, "decide 5m + promote 10m"),
    (
        "stage: 7\napp: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1, stateless: true}\n",
        "TF-R207",
        2,
        14,
        "fetch 123456789012.dkr.ecr.us-west-2.amazonaws.com/shop:1",
    ),
    (STAGE7 + "regions: {vault: {lock: compliance}}", "TF-R206", 3, 25, "14 days are for ever"),
    (STAGE7 + "regions: {vault: {lock: complience}}", "TF-V014", 3, 25, "compliance"),
    (STAGE7 + "regions: {vault: {keep: 0d}}", "TF-V015", 3, 25, "from 1d to 3650d"),
    (STAGE7 + "regions: {recovery: {point: 5m}}", "TF-R202", 3, 29, "uploads 15m, S3 promises"),
    (
        STAGE7
        + "services: {baskets: {image: 'a/b:1', route: /b/*, data: {engine: dynamodb, table: {"
        + "read_units: 5, write_units: 5}}}}",
        "TF-R203",
        3,
        112,
        "Leave `read_units` and `write_units` out",
    ),
    (
        STAGE7 + "fleet: {instance: c7gn.large}\nregions: {standby: {region: ap-southeast-4}}",
        "TF-V012",
        3,
        19,
        "nearest",
    ),
    ("fleet: {servers: 3}", "TF-S003", 1, 1, "with: [fleet, balancer, database]"),
    ("stage: 1\ndatabase:\n  engine: postgres\n  storage: {size: 30GiB}", "TF-S003", 4, 3, "with: [database]"),
    ("with: [databse]", "TF-S005", 1, 8, "Did you mean database?"),
    ("stage: 2\nwithout: [server]", "TF-S007", 2, 11, "run the application"),
    (STAGE3 + "without: [balancer]", "TF-S007", 3, 11, "`fleet` needs `balancer`"),
    ("environments:\n  dev: {stage: 1, fleet: {servers: 2}}", "TF-S003", 2, 19, "stage 1 (single-server)"),
    ("environments:\n  Dev: {}", "TF-E002", 2, 3, "lower-case"),
    ("environments: []", "TF-V003", 1, 15, "mapping"),
    ("environments:\n  dev: {app: {port: 0}}", "TF-V015", 2, 21, "at least 1"),
    ("environments:\n  dev: {app: {imag: x}}", "TF-V001", 2, 15, "Did you mean `image`?"),
    (STAGE3 + "fleet: {servers: 1}", "TF-R006", 3, 18, "outage"),
    (STAGE3 + "network: {zones: 1}", "TF-R009", 3, 18, "another zone"),
    ("stage: 3", "TF-R001", 3, 1, "stateless: true"),
    (STAGE4 + "database: {backups: {keep: 0d}}", "TF-R004", 3, 28, "starts from a backup"),
    (STAGE4 + "database: {replicas: {count: 16}}", "TF-V015", 3, 30, "at most 15"),
    (STAGE4 + "database: {replicas: {instance: db.r7g.larg}}", "TF-V012", 3, 33, "db.r7g.large"),
    (STAGE4 + "cache: {node: cache.r7g.larg}", "TF-V012", 3, 15, "cache.r7g.large"),
    (STAGE4 + "cache: {nodes: 1}", "TF-R060", 3, 16, "nothing takes over"),
    (STAGE4 + "cache: {shards: 0}", "TF-V015", 3, 17, "from 1 to 500"),
    (STAGE4 + "cache: {shards: 501}", "TF-V015", 3, 17, "from 1 to 500"),
    (STAGE4 + "cache: {shards: true}", "TF-V050", 3, 17, "none, compatible"),
    (STAGE4 + "cache: {shards: '3'}", "TF-V050", 3, 17, "or a number: 3"),
    (STAGE4 + "cache: {shards: 2, nodes: 1}", "TF-R082", 3, 27, "a second node in each"),
    (STAGE4 + "cache: {shards: compatible, nodes: 1}", "TF-R082", 3, 36, "shards: none"),
    (STAGE4 + "cache: {shards: 251}", "TF-R083", 3, 17, "251 shards of 2 nodes are 502 nodes"),
    (STAGE4 + "cache: {shards: 50}", "TF-R084", 3, 17, "100 nodes; the quota of a new account is 90"),
    (STAGE4 + "cache: {nodes: 7}", "TF-R083", 3, 16, "up to 5 replicas"),
    (STAGE4 + "cache: {engine: memcached}", "TF-R080", 3, 17, "signs its visitors out"),
    (MEMCACHED + "nodes: 41}", "TF-V015", 4, 35, "at most 40"),
    (MEMCACHED + "version: 1.6.6}", "TF-V013", 4, 37, "no encryption in transit"),
    (MEMCACHED + "version: '1.6'}", "TF-V013", 4, 37, "1.6.12, 1.6.17 or 1.6.22"),
    (MEMCACHED + "eviction: allkeys-lru}", "TF-R081", 4, 28, "not read for longest"),
    (MEMCACHED + "keep_snapshots: 1d}", "TF-R081", 4, 28, "no snapshots"),
    (MEMCACHED + "shards: 3}", "TF-R081", 4, 28, "among all nodes anyway"),
    (MEMCACHED + "nodes: 2}\nnetwork: {zones: 1}\nthrowaway: true", "TF-R061", 4, 35, "two zones"),
    (STAGE4 + "cdn: {static: {paths: [static]}}", "TF-V041", 3, 24, "/static/*"),
    (STAGE4 + "cdn: {static: {paths: [/a/*, /a/**]}}", "TF-R062", 3, 23, "twice"),
    (STAGE4 + 'cdn: {static: {paths: ["/*"]}}', "TF-R062", 3, 1, "twice"),
    (STAGE4 + "cdn: {dynamic: {paths: [/api/*]}}", "TF-R063", 3, 24, "every other path"),
    (STAGE4 + f"balancer: {{routes: {{{', '.join(f'/r{n}: app' for n in range(100))}}}}}", "TF-R033", 3, 12, "the CDN"),
    (STAGE4 + "region: eu-central-2", "TF-R111", 3, 9, "the bucket for them is in eu-central-1"),
    (STAGE4 + "region: cn-north-1", "TF-R112", 3, 9, "`without: [cdn]`"),
    ("region: us-gov-west-1\nowner: a@example.com\nbudget: 90 USD/month", "TF-R113", 3, 9, "Leave `budget` out"),
    (STAGE4 + "balancer: {kind: network}", "TF-R064", 3, 18, "around the CDN"),
    (
        STAGE4 + "domain: a.example.com\ncdn: {certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/a'}",
        "TF-R065",
        4,
        20,
        "whatever the region",
    ),
    (STAGE4 + "cdn: {certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/a'}", "TF-R066", 3, 20, "`domain`"),
    (STAGE4 + "cdn: {certificate: 'arn:aws:iam::123456789012:server-certificate/a'}", "TF-V023", 3, 20, "us-east-1"),
    (STAGE4 + "cdn: {price_class: 300}", "TF-V014", 3, 20, "100"),
    (MODEL + "read_models: {o-x: {listens_to: [bb]}}", "TF-R291", 5, 15, "queues: {o-x: {"),
    (MODEL + "read_models: {o-of: {listens_to: [aa, bb]}}", "TF-R292", 5, 35, "no archive"),
    (MODEL + "read_models: {o-of: {listens_to: [bb, qq]}}", "TF-R290", 5, 39, "The events are aa, bb."),
    (MODEL + "read_models: {o-of: {listens_to: [bb, bb]}}", "TF-R290", 5, 39, "twice"),
    (MODEL + "read_models: {o-of: {primary_key: id}}", "TF-V002", 5, 15, "listens_to"),
    (MODEL + 'read_models: {o-of: {listens_to: [bb], primary_key: "x, x"}}', "TF-R240", 5, 53, "orders them too"),
    (STAGE4 + "residency: {eu: [eu-central-9]}", "TF-V025", 3, 18, "eu-central-1"),
    (STAGE4 + "region: us-east-1\nresidency: {eu: [eu-central-1]}", "TF-R280", 3, 9, ".yaml:4)"),
    (STAGE4 + "residency: {eu: [eu-central-1], us: [us-east-1]}", "TF-R281", 3, 33, "an environment of its own"),
    (
        STAGE4 + "cdn: {dynamic: {cache: headers}}\nresidency: {us: [us-east-1]}",
        "TF-R280",
        3,
        24,
        "Edges outside us-east-1 keep answers",
    ),
    (
        STAGE7 + "regions: {standby: {region: us-west-2}}\nresidency: {us: [us-east-1]}",
        "TF-R280",
        3,
        29,
        "copy of all data, and is in us-west-2",
    ),
    (EDGE + "redirects: {old: /new}}}", "TF-V100", 3, 31, "/blog/*"),
    (EDGE + "redirects: {/old: 'http://a.example.com/'}}}", "TF-V101", 3, 37, "https://help.example.com/"),
    (EDGE + "redirects: {/a/*: /b}}}", "TF-R272", 3, 37, "/a/* to /b/*, or both without it"),
    (EDGE + "redirects: {/a/*: /a/b/*}}}", "TF-R272", 3, 37, "again and again"),
    (EDGE + "redirects: {/a: /a}}}", "TF-R272", 3, 35, "leads to itself"),
    (EDGE + "redirects: {/a/*: /b/*, /b/*: /a/new/*, /c: /a/x}}}", "TF-R272", 3, 37, "further redirects"),
    (EDGE + "one_name: true}}", "TF-R272", 3, 29, "`domain`"),
    (EDGE + "headers: {X Y: a}}}", "TF-V102", 3, 29, "Permissions-Policy"),
    (EDGE + "headers: {X-Y: ' a'}}}", "TF-V103", 3, 34, "One line"),
    (EDGE + "headers: {Via: a}}}", "TF-R273", 3, 29, "502"),
    (EDGE + "headers: {X-Frame-Options: DENY}}}", "TF-R273", 3, 29, "on every answer already"),
    (EDGE + "experiments: {New: 10%}}}", "TF-V016", 3, 33, "new-checkout"),
    (EDGE + "experiments: {new: 110%}}}", "TF-V006", 3, 38, "100 %"),
    (EDGE + f"response: '{'x' * 10_241}'}}}}", "TF-V104", 3, 29, "10,240"),
    (EDGE + f"response: 'function handler(e) {{{'ü' * 6_000}}}'}}}}", "TF-R271", 3, 19, "12,0"),
    (EDGE + "request: 'function main(e) {}'}}", "TF-R271", 3, 19, "function handler(event) { return event.request; }"),
    (EDGE + "headers: {X-A: a}, response: 'function handler(e) {}'}}", "TF-R270", 3, 38, "`headers`"),
    (
        EDGE + "redirects: {" + ", ".join(f"/{i:0100}: /new" for i in range(90)) + "}}}",
        "TF-R271",
        3,
        19,
        "one redirect is enough",
    ),
]


@pytest.mark.parametrize(("part", "code", "line", "column", "words"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(
    blueprint: Callable[..., Resolution], part: str, code: str, line: int, column: int, words: str
) -> None:
    problems = [p for name in _environments(part) for p in blueprint(part, name).problems]
    found = [p for p in problems if p.code == code]
    assert found, [f"{p.code} {p.message}" for p in problems]
    problem = found[0]
    assert (problem.line, problem.column) == (line, column)
    assert words in f"{problem.message} {problem.hint}"


def _environments(part: str) -> list[str | None]:
    return [None, "dev"] if "\n  dev:" in part else [None]


def test_all_mistakes_of_a_file_in_one_run_and_in_its_order(blueprint: Callable[..., Resolution]) -> None:
    resolution = blueprint(
        "name: My Shop\nstage: 2\nowner: 7\napp: {imag: x}\nload: {users: many, data: 20GB}\n"
        "database: {engine: postgress, replicas: {count: 2}, backups: {keep: 0d}}\nfleet: {servers: 0}\n"
        "environments: {dev: {stage: 9}}"
    )
    assert resolution.architecture is None
    places = [(p.line, p.column) for p in resolution.problems]
    assert places == sorted(places)
    assert [p.code for p in resolution.problems] == [
        "TF-V016", "TF-V003", "TF-V002", "TF-V001", "TF-V008", "TF-V005",
        "TF-V014", "TF-S003", "TF-R004", "TF-R019", "TF-V015", "TF-S001",
    ]  # fmt: skip


def test_nothing_else_is_said_about_a_value_that_was_refused(blueprint: Callable[..., Resolution]) -> None:
    problems = blueprint("stage: 3\napp: {image: a/b:1, stateless: maybe}").problems
    assert [p.code for p in problems] == ["TF-V003"]


@pytest.mark.parametrize(
    "text",
    [
        "stage: 3\napp: {image: a/b:1, stateles: true}",
        "stage: 3\napp: {image: a/b:1}\nenvironments: {dev: {app: {statless: true}}}",
    ],
)
def test_nothing_else_is_said_about_a_field_that_was_misspelt(blueprint: Callable[..., Resolution], text: str) -> None:
    problems = blueprint(text, environment="dev" if "dev" in text else None).problems
    assert [p.code for p in problems] == ["TF-V001"]


def test_a_stage_that_cannot_be_read_is_measured_by_nobody_s_load(blueprint: Callable[..., Resolution]) -> None:
    (problem,) = blueprint("stage: seven\nload: {users: 900k}").problems
    assert problem.code == "TF-S001"


def test_a_stage_that_does_not_exist_on_the_command_line(blueprint: Callable[..., Resolution]) -> None:
    (problem,) = blueprint("stage: 1", stage="load-balancd").problems
    assert problem.code == "TF-S001"
    assert "load-balanced" in problem.hint


@pytest.mark.parametrize("stage", [3, "3", "load-balanced"])
def test_the_stage_of_the_command_line_wins(blueprint: Callable[..., Resolution], stage: int | str) -> None:
    resolution = blueprint("stage: 1\napp: {image: a/b:1, stateless: true}", stage=stage)
    assert resolution.architecture is not None
    assert resolution.architecture.stage == 3
    assert resolution.origins["stage"].kind == "command line"


def test_fields_of_the_files_own_stage_are_fine_when_the_command_line_asks_for_less() -> None:
    shop = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
    for stage in (1, 2, 3):
        resolution = load(shop, environment="prod", stage=stage)
        assert resolution.architecture is not None, resolution.problems
        assert resolution.architecture.stage == stage


def test_a_secret_in_the_file_is_in_no_output(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    values = ["sk_live_0123456789abcdef", "hunter2", "AKIAIOSFODNN7EXAMPLE"]
    part = f"secrets: [{values[0]}, 'KEY={values[1]}', lower], env: {{PORT: x, OTHER: {values[2]}}}"
    file.write_text(f"name: shop\nstage: 1\napp: {{image: 'a/b:1', {part}}}\n")
    problems = load(file).problems
    assert {"TF-V070", "TF-V020"} <= {problem.code for problem in problems}
    shown = as_text(problems) + json.dumps(as_json(problems))
    assert "lower" in shown
    assert not [value for value in values[:2] if value in shown]
    file.write_text(f"name: shop\nstage: 1\napp: {{image: 'a/b:1', env: {{PORT: x, OTHER: {values[2]}}}}}\n")
    problems = load(file).problems
    assert {problem.code for problem in problems} == {"TF-O005", "TF-R027"}
    assert values[2] not in as_text(problems) + json.dumps(as_json(problems))


def test_what_only_the_top_of_a_file_with_environments_has_is_no_warning(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    text = "name: shop\nstage: 1\napp: {image: 'a/b:1', stateless: true}\nload: {users: 50k}\n"
    file.write_text(text)
    assert [problem.code for problem in load(file).problems] == ["TF-R020"]
    file.write_text(text + "environments: {live1: {stage: 4}}\n")
    assert [load(file, environment=name).problems for name in (None, "live1")] == [[], []]


def test_environments_may_share_no_domain_but_one_may_have_none(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    top = "name: shop\nstage: 1\napp: {image: 'a/b:1'}\ndomain: a.example.com\n"

    def codes(environments: str) -> list[str]:
        file.write_text(f"{top}environments: {environments}\n")
        return [problem.code for name in ("dev", "prod") for problem in load(file, environment=name).problems]

    assert codes("{dev: {}, prod: {}}") == ["TF-E005", "TF-E005"]
    assert codes("{dev: {domain: a.example.com}, prod: {domain: b.example.com}}") == []
    assert codes("{dev: {domain: }, prod: {}}") == []
    assert codes("{dev: {domain: dev.a.example.com}, prod: {}}") == []


def test_production_without_tls_is_said_and_what_a_cdn_does_about_it(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"

    def said(stage: int, environment: str, **more: str) -> str:
        lines = {"name": "shop", "stage": stage, "app": "{image: 'a/b:1', stateless: true}", **more}
        text = "".join(f"{key}: {value}\n" for key, value in lines.items())
        file.write_text(f"{text}environments: {{{environment}: {{}}}}\n")
        found = load(file, environment=environment).problems
        return " ".join(problem.message for problem in found if problem.code == "TF-R116")

    assert "plain HTTP" in said(3, "prod")
    assert "TLS to the CDN's own name" in said(4, "production")
    assert said(3, "prod", domain="shop.example.com") == said(3, "staging") == said(1, "prod") == ""


def test_the_memory_of_classes_is_the_same_for_rules_and_components() -> None:
    for engine in ("postgres", "mysql"):
        for size in ("db.t4g.micro", "db.m7g.large", "db.r7g.2xlarge"):
            known = capacity(size.removeprefix("db."))
            assert known is not None and known[1] == rds.memory_gib(size)
        assert _PER_CONNECTION[engine] == rds._PER_CONNECTION[engine]


def test_what_a_parameter_group_takes_is_no_mistake(blueprint: Callable[..., Resolution]) -> None:
    fine = {
        "postgres": "work_mem: '65536', shared_buffers: '{DBInstanceClassMemory/32768}', jit: '0', TimeZone: UTC, "
        "cron.database_name: shop, autovacuum_max_workers: '5', log_statement: none, random_page_cost: '1.1', "
        "huge_pages: 'on'",
        "mysql": "max_connections: '200', long_query_time: '0.5', transaction_isolation: READ-COMMITTED, sql_mode: ''",
    }
    for engine, parameters in fine.items():
        found = blueprint(f"stage: 2\ndatabase: {{engine: {engine}, parameters: {{{parameters}}}}}").problems
        assert found == [], [f"{p.code} {p.message}" for p in found]
