// Two interchangeable servers behind the balancer.

import { Duration, aws_autoscaling as autoscaling, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_logs as logs } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Balancer } from "./balancer";
import { Network } from "./network";
import { Settings } from "./settings";

export class Fleet extends Construct {
  readonly group: autoscaling.AutoScalingGroup;

  constructor(scope: Construct, id: string, name: string, network: Network, balancer: Balancer, settings: Settings, key: kms.IKey) {
    super(scope, id);
    const vpc = network.vpc;
    const log = new logs.LogGroup(this, "logs", {
      logGroupName: `/${name}/prod/fleet`,
      encryptionKey: key,
      retention: logs.RetentionDays.ONE_MONTH,
    });
    const role = this.role(settings);
    log.grantWrite(role);
    settings.secret.grantRead(role);
    const launchTemplate = new ec2.LaunchTemplate(this, "template", {
      instanceType: new ec2.InstanceType("t4g.small"),
      machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
      role,
      securityGroup: new ec2.SecurityGroup(this, "access", { vpc, description: "Servers of the fleet" }),
      requireImdsv2: true,
      httpPutResponseHopLimit: 2,
      detailedMonitoring: true,
      blockDevices: [
        { deviceName: "/dev/xvda", volume: ec2.BlockDeviceVolume.ebs(20, { encrypted: true, kmsKey: key, volumeType: ec2.EbsDeviceVolumeType.GP3 }) },
      ],
      userData: this.start(name, settings),
    });
    this.group = new autoscaling.AutoScalingGroup(this, "group", {
      vpc,
      vpcSubnets: { subnetGroupName: "private" },
      launchTemplate,
      minCapacity: 2,
      maxCapacity: 2,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(5),
      }),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({ minInstancesInService: 1, maxBatchSize: 1 }),
    });
    this.group.attachToApplicationTargetGroup(balancer.targets);
  }

  private role(settings: Settings): iam.Role {
    const role = new iam.Role(this, "role", {
      assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com"),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName("AmazonSSMManagedInstanceCore")],
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ["ssm:GetParametersByPath"],
        resources: [`arn:aws:ssm:us-east-1:123456789012:parameter${settings.path}/*`],
      }),
    );
    return role;
  }

  private start(name: string, settings: Settings): ec2.UserData {
    const script = ec2.UserData.forLinux();
    script.addCommands(
      "dnf install -y docker",
      "systemctl enable --now docker",
      `aws ssm get-parameters-by-path --path ${settings.path}/settings --query 'Parameters[].[Name,Value]' --output text | sed 's|.*/||; s|\\t|=|' > /etc/app.env`,
      `docker run --detach --restart always --name app --env-file /etc/app.env --log-driver awslogs --log-opt awslogs-group=/${name}/prod/fleet --publish 8080:8080 ghcr.io/acme/shop:1.4.2`,
    );
    return script;
  }
}
