// The plan's 26 alarms: what is watched, how, and when it is too much.

export interface Watched {
  subject: "balancer" | "targets" | "fleet" | "servers" | "database" | "cache";
  metric: string;
  statistic: string;
  over?: number;
  under?: number;
  minutes: number;
}

export const ALARMS: Record<string, Watched> = {
  "balancer-latency": { subject: "targets", metric: "TargetResponseTime", statistic: "p99", over: 0.5, minutes: 5 },
  "balancer-requests": { subject: "balancer", metric: "RequestCount", statistic: "Sum", under: 1, minutes: 3 },
  "balancer-errors": { subject: "balancer", metric: "HTTPCode_ELB_5XX_Count", statistic: "Sum", over: 10, minutes: 5 },
  "balancer-unhealthy": { subject: "targets", metric: "UnHealthyHostCount", statistic: "Maximum", over: 0, minutes: 5 },
  "balancer-healthy": { subject: "targets", metric: "HealthyHostCount", statistic: "Minimum", under: 1, minutes: 2 },
  "balancer-rejected": { subject: "balancer", metric: "RejectedConnectionCount", statistic: "Sum", over: 0, minutes: 3 },
  "fleet-in-service": { subject: "fleet", metric: "GroupInServiceInstances", statistic: "Minimum", under: 2, minutes: 10 },
  "fleet-cpu": { subject: "servers", metric: "CPUUtilization", statistic: "Average", over: 70, minutes: 5 },
  "fleet-memory": { subject: "servers", metric: "mem_used_percent", statistic: "Maximum", over: 90, minutes: 5 },
  "fleet-disk": { subject: "servers", metric: "disk_used_percent", statistic: "Maximum", over: 85, minutes: 2 },
  "fleet-credits": { subject: "servers", metric: "CPUSurplusCreditsCharged", statistic: "Maximum", over: 0, minutes: 3 },
  "database-read-latency": { subject: "database", metric: "ReadLatency", statistic: "p99", over: 0.02, minutes: 5 },
  "database-write-latency": { subject: "database", metric: "WriteLatency", statistic: "p99", over: 0.02, minutes: 5 },
  "database-transaction-ids": { subject: "database", metric: "MaximumUsedTransactionIDs", statistic: "Maximum", over: 1e9, minutes: 1 },
  "database-cpu": { subject: "database", metric: "CPUUtilization", statistic: "Average", over: 70, minutes: 5 },
  "database-connections": { subject: "database", metric: "DatabaseConnections", statistic: "Maximum", over: 180, minutes: 3 },
  "database-storage": { subject: "database", metric: "FreeStorageSpace", statistic: "Minimum", under: 2 ** 31, minutes: 2 },
  "database-memory": { subject: "database", metric: "FreeableMemory", statistic: "Minimum", under: 2 ** 27, minutes: 15 },
  "database-queue": { subject: "database", metric: "DiskQueueDepth", statistic: "Average", over: 64, minutes: 10 },
  "database-credits": { subject: "database", metric: "CPUSurplusCreditsCharged", statistic: "Maximum", over: 0, minutes: 3 },
  "cache-latency": { subject: "cache", metric: "SuccessfulReadRequestLatency", statistic: "p99", over: 5000, minutes: 5 },
  "cache-refused": { subject: "cache", metric: "AuthenticationFailures", statistic: "Sum", over: 0, minutes: 2 },
  "cache-evictions": { subject: "cache", metric: "Evictions", statistic: "Sum", over: 0, minutes: 5 },
  "cache-memory": { subject: "cache", metric: "DatabaseMemoryUsagePercentage", statistic: "Maximum", over: 85, minutes: 5 },
  "cache-cpu": { subject: "cache", metric: "EngineCPUUtilization", statistic: "Maximum", over: 80, minutes: 5 },
  "cache-connections": { subject: "cache", metric: "CurrConnections", statistic: "Maximum", over: 52000, minutes: 3 },
};
