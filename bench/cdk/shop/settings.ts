// What the application reads when it starts: eighteen parameters and one secret.

import { aws_kms as kms, aws_secretsmanager as secretsmanager, aws_ssm as ssm } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Cache } from "./cache";
import { Database } from "./database";

export class Settings extends Construct {
  readonly secret: secretsmanager.Secret;
  readonly path: string;

  constructor(scope: Construct, id: string, name: string, database: Database, cache: Cache, key: kms.IKey) {
    super(scope, id);
    this.path = `/${name}/prod`;
    this.secret = new secretsmanager.Secret(this, "secret-stripe-key", {
      description: `STRIPE_KEY of ${name} in prod`,
      encryptionKey: key,
    });
    const values: Record<string, string> = {
      APP_ENVIRONMENT: "prod",
      APP_NAME: name,
      APP_REGION: "us-east-1",
      CACHE_HOST: cache.replicationGroup.attrPrimaryEndPointAddress,
      CACHE_NAME: `${name}-cache-primary`,
      CACHE_PORT: cache.replicationGroup.attrPrimaryEndPointPort,
      CACHE_PROTOCOL: "redis",
      CACHE_TLS: "true",
      CACHE_USER: `${name}-cache-user`,
      DATABASE_DIRECT_HOST: database.instance.dbInstanceEndpointAddress,
      DATABASE_ENGINE: "postgres",
      DATABASE_HOST: "127.0.0.1",
      DATABASE_NAME: "shop",
      DATABASE_PORT: database.instance.dbInstanceEndpointPort,
      DATABASE_SECRET_ARN: database.instance.secret!.secretArn,
      DATABASE_TLS: "require",
      PORT: "8080",
      SESSION_STORE: "cache",
    };
    for (const [setting, stringValue] of Object.entries(values))
      new ssm.StringParameter(this, setting, { parameterName: `${this.path}/settings/${setting}`, stringValue });
    new ssm.StringParameter(this, "reference", {
      parameterName: `${this.path}/secrets/STRIPE_KEY`,
      stringValue: this.secret.secretArn,
    });
  }
}
