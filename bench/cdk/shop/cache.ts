// Valkey for sessions. ElastiCache has level-1 constructs only.

import { aws_ec2 as ec2, aws_elasticache as elasticache, aws_kms as kms, aws_logs as logs } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Network } from "./network";

export class Cache extends Construct {
  readonly port = ec2.Port.tcp(6379);
  readonly access: ec2.SecurityGroup;
  readonly replicationGroup: elasticache.CfnReplicationGroup;

  constructor(scope: Construct, id: string, network: Network, key: kms.IKey) {
    super(scope, id);
    const name = scope.node.id;
    this.access = new ec2.SecurityGroup(this, "access", { vpc: network.vpc, allowAllOutbound: false });
    const kept = ["slow-log", "engine-log"].map((kind) => ({
      destinationDetails: {
        cloudWatchLogsDetails: {
          logGroup: new logs.LogGroup(this, kind, { encryptionKey: key, retention: logs.RetentionDays.ONE_MONTH }).logGroupName,
        },
      },
      destinationType: "cloudwatch-logs",
      logFormat: "json",
      logType: kind,
    }));
    const subnets = new elasticache.CfnSubnetGroup(this, "subnets", {
      description: "Subnets of the cache",
      subnetIds: network.vpc.selectSubnets(network.databaseSubnets).subnetIds,
    });
    const parameters = new elasticache.CfnParameterGroup(this, "parameters", {
      cacheParameterGroupFamily: "valkey8",
      description: "Parameters of the cache",
      properties: { "maxmemory-policy": "volatile-lru" },
    });
    this.replicationGroup = new elasticache.CfnReplicationGroup(this, "primary", {
      replicationGroupDescription: "Sessions and cache",
      engine: "valkey",
      engineVersion: "8.1",
      cacheNodeType: "cache.t4g.micro",
      numCacheClusters: 1,
      automaticFailoverEnabled: false,
      multiAzEnabled: false,
      port: 6379,
      cacheSubnetGroupName: subnets.ref,
      cacheParameterGroupName: parameters.ref,
      securityGroupIds: [this.access.securityGroupId],
      atRestEncryptionEnabled: true,
      kmsKeyId: key.keyArn,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      userGroupIds: [this.users(name).ref],
      snapshotRetentionLimit: 7,
      logDeliveryConfigurations: kept,
    });
  }

  private users(name: string): elasticache.CfnUserGroup {
    const user = new elasticache.CfnUser(this, "user", {
      engine: "valkey",
      userId: `${name}-cache-user`,
      userName: `${name}-cache-user`,
      accessString: "on ~* &* +@all -@dangerous +info",
      authenticationMode: { Type: "iam" },
    });
    return new elasticache.CfnUserGroup(this, "users", {
      engine: "valkey",
      userGroupId: `${name}-cache-users`,
      userIds: [user.ref],
    });
  }
}
