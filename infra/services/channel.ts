import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import type { WebSocketApi } from '../constructs/websocket-api.ts';
import { commonEnvironment, type ServiceContext } from './service-context.ts';

export interface ChannelServiceProps extends ServiceContext {
  readonly turnsQueue: Queue;
  readonly sockets: WebSocketApi;
  readonly socketUrl: string;
  readonly socketManagementUrl: string;
}

/** Where visitors talk: sessions and history over REST, the conversation over sockets. */
export class ChannelService extends Construct {
  readonly api: ServiceFunction;
  readonly socket: ServiceFunction;

  constructor(scope: Construct, id: string, props: ChannelServiceProps) {
    super(scope, id);
    const { buildFolder, turnsQueue, sockets } = props;
    const environment = {
      ...commonEnvironment('channel', props),
      TURNS_QUEUE_URL: turnsQueue.queueUrl,
      SOCKET_URL: props.socketUrl,
      SOCKET_MANAGEMENT_URL: props.socketManagementUrl,
      VISITOR_TOKEN_SECRET: props.parameters.VisitorTokenSecret,
    };
    const settings = { buildFolder, environment, timeoutSeconds: 29, memoryMb: 512 };
    this.api = new ServiceFunction(this, 'Api', { ...settings, name: 'channel-api' });
    this.socket = new ServiceFunction(this, 'Socket', { ...settings, name: 'channel-socket' });
    const sweep = new ScheduledFunction(this, 'SweepConnections', {
      schedule: 'rate(1 minute)',
      worker: { ...settings, name: 'channel-sweep-connections', timeoutSeconds: 60 },
    });
    this.socket.allow(['sqs:SendMessage'], turnsQueue.queueArn);
    // Erasing a conversation tells its open sockets and closes them.
    sockets.grantPost(this.api, ['POST', 'DELETE']);
    // GET tells whether a socket that takes up a place is still there.
    sockets.grantPost(this.socket, ['POST', 'GET', 'DELETE']);
    sockets.grantPost(sweep.worker, ['POST', 'GET', 'DELETE']);
  }
}
