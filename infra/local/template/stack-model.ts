import type { CorsRule } from '../parts/browser-access.ts';

/** What the local host runs: the stack's template with every reference resolved. Keys are logical ids. */
export interface StackModel {
  readonly functions: ReadonlyMap<string, FunctionModel>;
  readonly queues: readonly QueueModel[];
  readonly buckets: readonly BucketModel[];
  readonly rest: RestModel;
  readonly socket: SocketModel | undefined;
  readonly consumers: readonly ConsumerModel[];
  readonly schedules: readonly ScheduleModel[];
  readonly customResources: readonly CustomResourceModel[];
}

export interface FunctionModel {
  readonly logicalId: string;
  /** Short, for people: `auth-api`. */
  readonly name: string;
  readonly codeFolder: string;
  /** `<file without extension>.<export>`. */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface QueueModel {
  readonly logicalId: string;
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** As `CreateQueue` takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface BucketModel {
  readonly logicalId: string;
  readonly name: string;
  readonly versioned: boolean;
  readonly cors: readonly CorsRule[] | undefined;
  readonly notifications: readonly BucketNotification[];
}

export interface BucketNotification {
  /** `s3:ObjectCreated:*` and its kin. */
  readonly event: string;
  readonly queueArn: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface RestModel {
  readonly apiId: string;
  readonly stage: string;
  readonly binaryMediaTypes: readonly string[];
  readonly routes: readonly RestRoute[];
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseModel>;
}

export interface RestRoute {
  /** As API Gateway writes it: `/v1/auth/{proxy+}`. */
  readonly resource: string;
  readonly resourceId: string;
  /** `ANY` or one method. */
  readonly method: string;
  readonly functionId: string;
  readonly timeoutMs: number;
}

export interface GatewayResponseModel {
  readonly statusCode: number | undefined;
  /** `gatewayresponse.header.<name>` → expression. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

export interface SocketModel {
  readonly apiId: string;
  readonly stage: string;
  /** `$request.body.action` and the like. */
  readonly selection: string;
  /** Route key → function. */
  readonly routes: ReadonlyMap<string, string>;
}

export interface ConsumerModel {
  readonly logicalId: string;
  readonly functionId: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly reportsItemFailures: boolean;
}

export interface ScheduleModel {
  readonly logicalId: string;
  readonly functionId: string;
  readonly everyMs: number;
  /** The event, when the template gives one. */
  readonly input: string | undefined;
}

export interface CustomResourceModel {
  readonly logicalId: string;
  readonly type: string;
  readonly functionId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
