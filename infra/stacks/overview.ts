import { Dashboard, GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { runbookAlarm } from '../constructs/alarm.ts';
import type { QueueWorker } from '../constructs/queue-worker.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';

export interface OverviewProps {
  readonly functions: readonly ServiceFunction[];
  readonly workers: readonly QueueWorker[];
  readonly restApiName: string;
  readonly socketApiId: string;
  /** As the functions are told it. */
  readonly stage: string;
}

const PERIOD = Duration.minutes(5);

/** The page an operator opens first, and the alarms on what visitors and creators feel. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id);
    const rest = (metricName: string, statistic: string) =>
      new Metric({
        namespace: 'AWS/ApiGateway',
        metricName,
        statistic,
        period: PERIOD,
        dimensionsMap: { ApiName: props.restApiName },
      });
    // Counted as 0 or 1 for each answer, so the average is the share of failures:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    const failures = rest('5XXError', 'Average');
    const latency = rest('Latency', 'p95');
    const socketErrors = new Metric({
      namespace: 'AWS/ApiGateway',
      metricName: 'ExecutionError',
      statistic: 'Sum',
      period: PERIOD,
      dimensionsMap: { ApiId: props.socketApiId, Stage: 'socket' },
    });
    const sockets = {
      Socket: socketErrors,
      Frame: rung('SocketFailure', 'channel', props),
      Answer: rung('SocketFailure', 'ai', props),
    };
    this.addAlarms(failures, latency, sockets);
    runbookAlarm(this, 'AuditSealBroken', {
      meaning: 'An audit trail was changed after it had been sealed.',
      runbook: 'audit-seal-broken',
      metric: rung('AuditSealBroken', 'hub', props),
      above: 0,
    });
    this.addDashboard(props, { failures, latency, sockets: Object.values(sockets) });
  }

  private addAlarms(failures: IMetric, latency: IMetric, sockets: Readonly<Record<string, IMetric>>): void {
    runbookAlarm(this, 'RestErrors', {
      meaning: 'More than one answer in a hundred fails.',
      runbook: 'rest-errors',
      metric: failures,
      above: 0.01,
      periods: 2,
    });
    runbookAlarm(this, 'RestLatency', {
      meaning: 'One answer in twenty takes more than two seconds.',
      runbook: 'rest-is-slow',
      metric: latency,
      above: 2_000,
      periods: 3,
    });
    for (const [name, metric] of Object.entries(sockets)) {
      runbookAlarm(this, `${name}Errors`, {
        meaning: name === 'Answer' ? 'Answers cannot be posted to visitors.' : 'Frames of visitors fail.',
        runbook: 'socket-errors',
        metric,
        above: 5,
        periods: 2,
      });
    }
  }

  private addDashboard(
    props: OverviewProps,
    rest: { readonly failures: IMetric; readonly latency: IMetric; readonly sockets: IMetric[] },
  ): void {
    const graph = (title: string, metrics: IMetric[]) =>
      new GraphWidget({ title, left: metrics, width: 12, region: Aws.REGION });
    const perFunction = (pick: (target: ServiceFunction) => IMetric) => props.functions.map(pick);
    const perQueue = (pick: (worker: QueueWorker) => IMetric) => props.workers.map(pick);
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    dashboard.addWidgets(
      graph('REST: share of failed answers', [rest.failures]),
      graph('REST: latency, p95', [rest.latency]),
      graph('Sockets: failed frames', rest.sockets),
      graph(
        'Queues: age of the oldest message',
        perQueue(({ queue }) => queue.metricApproximateAgeOfOldestMessage()),
      ),
      graph(
        'Queues: given up',
        perQueue(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible()),
      ),
      graph(
        'Functions: errors',
        perFunction(({ lambda, name }) => lambda.metricErrors({ label: name })),
      ),
      graph(
        'Functions: duration',
        perFunction(({ lambda, name }) => lambda.metricDuration({ label: name })),
      ),
      graph(
        'Functions: throttled',
        perFunction(({ lambda, name }) => lambda.metricThrottles({ label: name })),
      ),
    );
  }
}

/** What functions tell of themselves (`ring` in shared/observability): no service of AWS sees it. */
function rung(metricName: string, service: string, { stage }: OverviewProps): Metric {
  const dimensionsMap = { service, stage };
  return new Metric({ namespace: 'Understudy', metricName, statistic: 'Sum', period: PERIOD, dimensionsMap });
}
