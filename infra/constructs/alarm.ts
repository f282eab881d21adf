import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Sections of docs/runbook.md: each alarm names the one that says what to do. */
export const RUNBOOK_SECTIONS = [
  'dead-letters',
  'queue-falls-behind',
  'scheduled-work-fails',
  'rest-errors',
  'rest-is-slow',
  'socket-errors',
  'audit-seal-broken',
] as const;

/** Sections on what only the platform has. */
export const PLATFORM_RUNBOOK_SECTIONS = [
  'models-unhealthy',
  'index-unhealthy',
  'database-near-its-limits',
  'connections-pinned',
] as const;

export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number] | (typeof PLATFORM_RUNBOOK_SECTIONS)[number];

export interface RunbookAlarmProps {
  /** One sentence: what is wrong when it rings. */
  readonly meaning: string;
  readonly runbook: RunbookSection;
  readonly metric: IMetric;
  /** Rings above this value. */
  readonly above: number;
  /** Rings when this many periods in a row are above; default 1. */
  readonly periods?: number;
}

/** An alarm that says what is wrong and where to read what to do about it. Silence is not an alarm. */
export function runbookAlarm(scope: Construct, id: string, props: RunbookAlarmProps): Alarm {
  return new Alarm(scope, id, {
    metric: props.metric,
    threshold: props.above,
    evaluationPeriods: props.periods ?? 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${props.meaning} See docs/runbook.md#${props.runbook}`,
  });
}
