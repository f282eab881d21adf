import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

const STAGE = 'socket';
const ROUTES = ['$connect', '$disconnect', '$default'] as const;
/**
 * Frames and handshakes a second, of all visitors: a flood of them leaves the account's limit (10,000, with the REST API)
 * to others. What is beyond is answered by API Gateway itself.
 */
const THROTTLE = { throttlingRateLimit: 2_000, throttlingBurstLimit: 1_000 };

/** The WebSocket API: one function receives connects, disconnects and every frame. */
export class WebSocketApi extends Construct {
  readonly api: CfnApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new CfnApi(this, 'Api', {
      name: `${Aws.STACK_NAME}-socket`,
      protocolType: 'WEBSOCKET',
      // No frame has a route of its own, so what this selects falls through to $default.
      routeSelectionExpression: '$request.body.action',
    });
  }

  /** Where browsers connect. */
  get url(): string {
    return `wss://${this.host}/${STAGE}`;
  }

  /** Where frames are posted: the stage's @connections API. */
  get managementUrl(): string {
    return `https://${this.host}/${STAGE}`;
  }

  deploy(target: ServiceFunction): void {
    const functionPath = `lambda:path/2015-03-31/functions/${target.lambda.functionArn}/invocations`;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: this.api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:${functionPath}`,
    });
    for (const routeKey of ROUTES) {
      new CfnRoute(this, `Route${routeKey}`, {
        apiId: this.api.ref,
        routeKey,
        authorizationType: 'NONE',
        target: `integrations/${integration.ref}`,
      });
    }
    new CfnStage(this, 'Stage', {
      apiId: this.api.ref,
      stageName: STAGE,
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
    });
    target.lambda.addPermission('MayBeCalledBySocket', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.api.ref}/*`,
    });
  }

  /** Lets a function post to sockets; `DELETE` closes one, `GET` asks whether it is still there. */
  grantPost(poster: ServiceFunction, methods: readonly ('POST' | 'GET' | 'DELETE')[] = ['POST']): void {
    const api = `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.api.ref}`;
    const resources = methods.map((method) => `${api}/${STAGE}/${method}/@connections/*`);
    poster.allow(['execute-api:ManageConnections'], ...resources);
  }

  private get host(): string {
    return `${this.api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }
}
