// blueprints/shop.yaml at stage 3, with the constructs a CDK user would take (level 2 wherever there is one).

import { Stack, Tags, aws_kms as kms } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Balancer } from "./balancer";
import { Cache } from "./cache";
import { Database } from "./database";
import { Fleet } from "./fleet";
import { Network } from "./network";
import { Operations } from "./operations";
import { Settings } from "./settings";

export class Shop extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { env: { account: "123456789012", region: "us-east-1" } });
    const key = new kms.Key(this, "key", { alias: `${id}-prod`, multiRegion: true, enableKeyRotation: true });
    const network = new Network(this, "network", key);
    const database = new Database(this, "database", network, key);
    const cache = new Cache(this, "cache", network, key);
    const balancer = new Balancer(this, "balancer", network);
    const settings = new Settings(this, "settings", id, database, cache, key);
    const fleet = new Fleet(this, "fleet", id, network, balancer, settings, key);
    database.instance.connections.allowDefaultPortFrom(fleet.group);
    cache.access.connections.allowFrom(fleet.group, cache.port);
    new Operations(this, "operations", id, { database, cache, balancer, fleet }, key);
    for (const [name, value] of Object.entries({ owner: "team-shop@example.com", application: id, environment: "prod" }))
      Tags.of(this).add(name, value);
  }

  /** Named, as the plan names them; the CDK would otherwise look them up in an account. */
  override get availabilityZones(): string[] {
    return ["us-east-1a", "us-east-1b", "us-east-1c"];
  }
}
