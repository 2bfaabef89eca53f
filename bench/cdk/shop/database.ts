// PostgreSQL with a standby in another zone.

import { Duration, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_logs as logs, aws_rds as rds } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Network } from "./network";

export class Database extends Construct {
  readonly instance: rds.DatabaseInstance;

  constructor(scope: Construct, id: string, network: Network, key: kms.IKey) {
    super(scope, id);
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.of("17", "17") });
    this.instance = new rds.DatabaseInstance(this, "primary", {
      engine,
      instanceType: new ec2.InstanceType("t4g.small"),
      databaseName: "shop",
      credentials: rds.Credentials.fromGeneratedSecret("app", { encryptionKey: key }),
      vpc: network.vpc,
      subnetGroup: new rds.SubnetGroup(this, "subnets", {
        description: "Database subnets of all zones",
        vpc: network.vpc,
        vpcSubnets: network.databaseSubnets,
      }),
      parameterGroup: new rds.ParameterGroup(this, "parameters", { engine, parameters: { "rds.force_ssl": "1" } }),
      multiAz: true,
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageType: rds.StorageType.GP3,
      storageEncryptionKey: key,
      backupRetention: Duration.days(7),
      copyTagsToSnapshot: true,
      deletionProtection: true,
      iamAuthentication: true,
      monitoringInterval: Duration.seconds(60),
      monitoringRole: this.monitoring(),
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: key,
      cloudwatchLogsExports: ["postgresql", "upgrade"],
    });
    for (const log of ["postgresql", "upgrade"])
      new logs.LogGroup(this, `log-${log}`, {
        logGroupName: `/aws/rds/instance/${scope.node.id}-database-primary/${log}`,
        encryptionKey: key,
        retention: logs.RetentionDays.ONE_MONTH,
      });
  }

  private monitoring(): iam.Role {
    return new iam.Role(this, "monitoring", {
      assumedBy: new iam.ServicePrincipal("monitoring.rds.amazonaws.com"),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonRDSEnhancedMonitoringRole")],
    });
  }
}
