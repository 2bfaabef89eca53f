// Three zones, nine subnets, one NAT gateway, a gateway endpoint for S3, flow logs.

import { aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_logs as logs } from "aws-cdk-lib";
import { Construct } from "constructs";

export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  readonly databaseSubnets = { subnetGroupName: "database" };

  constructor(scope: Construct, id: string, key: kms.IKey) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, "vpc", {
      ipAddresses: ec2.IpAddresses.cidr("10.40.0.0/16"),
      maxAzs: 3,
      natGateways: 1,
      restrictDefaultSecurityGroup: false, // would add a Lambda function, which the plan does without
      subnetConfiguration: [
        { name: "public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 22 },
        { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: "database", subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 22 },
      ],
      gatewayEndpoints: { s3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    const group = new logs.LogGroup(this, "flow-logs", { encryptionKey: key, retention: logs.RetentionDays.ONE_MONTH });
    const role = new iam.Role(this, "flow-logs-role", { assumedBy: new iam.ServicePrincipal("vpc-flow-logs.amazonaws.com") });
    this.vpc.addFlowLog("flow-log", { destination: ec2.FlowLogDestination.toCloudWatchLogs(group, role) });
  }
}
