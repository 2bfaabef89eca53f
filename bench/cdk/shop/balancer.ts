// An application load balancer with one target group; its access logs in a bucket of their own.

import { Duration, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elb, aws_s3 as s3 } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Network } from "./network";

export class Balancer extends Construct {
  readonly access: ec2.SecurityGroup;
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, network: Network) {
    super(scope, id);
    const vpc = network.vpc;
    this.access = new ec2.SecurityGroup(this, "access", { vpc, allowAllOutbound: false });
    this.loadBalancer = new elb.ApplicationLoadBalancer(this, "lb", {
      vpc,
      internetFacing: true,
      securityGroup: this.access,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
    });
    this.loadBalancer.logAccessLogs(this.logs());
    this.targets = new elb.ApplicationTargetGroup(this, "app", {
      vpc,
      port: 8080,
      protocol: elb.ApplicationProtocol.HTTP,
      targetType: elb.TargetType.INSTANCE,
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        path: "/healthz",
        healthyHttpCodes: "200-399",
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
    this.loadBalancer.addListener("http", { port: 80, defaultTargetGroups: [this.targets] });
  }

  private logs(): s3.Bucket {
    return new s3.Bucket(this, "logs", {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }
}
