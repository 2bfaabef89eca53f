// Who is told: a topic, the alarms, one dashboard, the budget.

import {
  Duration,
  aws_budgets as budgets,
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  aws_iam as iam,
  aws_kms as kms,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
} from "aws-cdk-lib";
import { Construct } from "constructs";
import { ALARMS, Watched } from "./alarms";
import { Balancer } from "./balancer";
import { Cache } from "./cache";
import { Database } from "./database";
import { Fleet } from "./fleet";

const OWNER = "team-shop@example.com";

export interface Subjects {
  database: Database;
  cache: Cache;
  balancer: Balancer;
  fleet: Fleet;
}

export class Operations extends Construct {
  constructor(scope: Construct, id: string, name: string, of: Subjects, key: kms.IKey) {
    super(scope, id);
    const topic = new sns.Topic(this, "topic", { masterKey: key });
    topic.grantPublish(new iam.ServicePrincipal("cloudwatch.amazonaws.com"));
    topic.addSubscription(new subscriptions.EmailSubscription(OWNER));
    const dashboard = new cloudwatch.Dashboard(this, "dashboard", { dashboardName: `${name}-prod` });
    const alarms = Object.entries(ALARMS).map(([alarm, watched]) => this.alarm(alarm, watched, of, topic));
    dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: "Alarms", alarms, width: 24, height: 4 }));
    for (const alarm of alarms) dashboard.addWidgets(new cloudwatch.GraphWidget({ title: alarm.node.id, left: [alarm.metric], width: 8 }));
    this.budget(name);
  }

  private alarm(id: string, watched: Watched, of: Subjects, topic: sns.ITopic): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric: new cloudwatch.Metric({ ...source(watched, of), metricName: watched.metric, statistic: watched.statistic, period: Duration.minutes(1) }),
      alarmDescription: `${id}: ${watched.metric} is not as planned. First look at the dashboard, then at the latest release.`,
      threshold: (watched.over ?? watched.under)!,
      comparisonOperator:
        watched.over === undefined
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: watched.minutes,
      datapointsToAlarm: watched.minutes,
      treatMissingData: cloudwatch.TreatMissingData.MISSING,
    });
    alarm.addAlarmAction(new actions.SnsAction(topic));
    alarm.addOkAction(new actions.SnsAction(topic));
    return alarm;
  }

  /** Level 1: the CDK has nothing above it. */
  private budget(name: string): void {
    const told = (threshold: number) => ({
      notification: { notificationType: "ACTUAL", comparisonOperator: "GREATER_THAN", threshold, thresholdType: "PERCENTAGE" },
      subscribers: [{ subscriptionType: "EMAIL", address: OWNER }],
    });
    new budgets.CfnBudget(this, "budget", {
      budget: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: 300, unit: "USD" },
        costFilters: { TagKeyValue: [`user:application$${name}`] },
      },
      notificationsWithSubscribers: [told(80), told(100)],
    });
  }
}

function source(watched: Watched, of: Subjects): { namespace: string; dimensionsMap: Record<string, string> } {
  const balancer = { LoadBalancer: of.balancer.loadBalancer.loadBalancerFullName };
  const fleet = { AutoScalingGroupName: of.fleet.group.autoScalingGroupName };
  const own = watched.metric.endsWith("_percent"); // the CloudWatch agent's names are in lower case
  const sources = {
    balancer: { namespace: "AWS/ApplicationELB", dimensionsMap: balancer },
    targets: { namespace: "AWS/ApplicationELB", dimensionsMap: { ...balancer, TargetGroup: of.balancer.targets.targetGroupFullName } },
    fleet: { namespace: "AWS/AutoScaling", dimensionsMap: fleet },
    servers: { namespace: own ? "CWAgent" : "AWS/EC2", dimensionsMap: fleet },
    database: { namespace: "AWS/RDS", dimensionsMap: { DBInstanceIdentifier: of.database.instance.instanceIdentifier } },
    cache: { namespace: "AWS/ElastiCache", dimensionsMap: { ReplicationGroupId: of.cache.replicationGroup.ref } },
  };
  return sources[watched.subject];
}
