import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseInstance, DatabaseProxy } from 'aws-cdk-lib/aws-rds';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { runbookAlarm } from '../alarm.ts';

export interface DatabaseAlarmsProps {
  readonly instance: DatabaseInstance;
  readonly proxy: DatabaseProxy | undefined;
  readonly maxConnections: number;
  /** As large as it is made at first. */
  readonly storageGb: number;
}

const MOST_FREE_GB = 4;
/** RDS lets storage grow when less than a tenth is free; half of that means that it did not. */
const SHARE_FREE = 0.05;

/** Rings before Postgres runs out of processor, connections or disk, and when the proxy shares nothing any more. */
export function addDatabaseAlarms(
  scope: Construct,
  { instance, proxy, maxConnections, storageGb }: DatabaseAlarmsProps,
): void {
  const period = Duration.minutes(5);
  const limit = (name: string, meaning: string, metric: IMetric, above: number) =>
    runbookAlarm(scope, name, { meaning, runbook: 'database-near-its-limits', metric, above, periods: 3 });
  limit('Processor', 'Postgres has been busy for a quarter of an hour.', instance.metricCPUUtilization({ period }), 85);
  limit(
    'Connections',
    'Seven of ten connections of Postgres are taken.',
    instance.metricDatabaseConnections({ period, statistic: 'Maximum' }),
    Math.floor(maxConnections * 0.7),
  );
  const free = instance.metricFreeStorageSpace({ period, statistic: 'Minimum' });
  const leastGb = Math.min(MOST_FREE_GB, storageGb * SHARE_FREE);
  const isShort = new MathExpression({
    expression: `IF(free < ${Math.round(leastGb * 1_024 ** 3)}, 1, 0)`,
    label: `less than ${leastGb} GB free`,
    usingMetrics: { free },
    period,
  });
  limit('Storage', 'The disk of Postgres is nearly full and may not grow further.', isShort, 0);
  if (!proxy) return;
  runbookAlarm(scope, 'Pinned', {
    meaning: 'RDS Proxy shares no connections any more: sessions hold theirs.',
    runbook: 'connections-pinned',
    metric: new Metric({
      namespace: 'AWS/RDS',
      metricName: 'DatabaseConnectionsCurrentlySessionPinned',
      dimensionsMap: { ProxyName: proxy.dbProxyName },
      statistic: 'Maximum',
      period,
    }),
    above: Math.floor(maxConnections * 0.35),
    periods: 3,
  });
}
