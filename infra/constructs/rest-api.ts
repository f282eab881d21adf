import { createHash } from 'node:crypto';
import { CfnDeployment, CfnMethod, CfnResource, CfnRestApi, CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { addGatewayResponses, OWN_ANSWERS } from './gateway-responses.ts';
import type { ServiceFunction } from './service-function.ts';

/** What runs under which paths. */
export interface RestRoutes {
  /** Path → function, each for every method: `/v1/hub/{proxy+}`, `/health`, `/`. */
  readonly paths: Readonly<Record<string, ServiceFunction>>;
}

const STAGE = 'api';
/** Scripts and lists are worth compressing, short answers are not. */
const COMPRESS_FROM_BYTES = 1_024;

/**
 * The REST API. A few greedy paths lead to the services, whose own route tables say what exists below them: one
 * resource per route would take most of the 500 that a CloudFormation stack may have.
 */
export class RestApi extends Construct {
  readonly api: CfnRestApi;
  private readonly resources = new Map<string, CfnResource>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new CfnRestApi(this, 'Api', {
      name: `${Aws.STACK_NAME}-rest`,
      endpointConfiguration: { types: ['REGIONAL'] },
      minimumCompressionSize: COMPRESS_FROM_BYTES,
    });
  }

  readonly stageName = STAGE;

  /** `https://<id>.execute-api.<region>.<suffix>`, which is also the origin of pages served by it. */
  get origin(): string {
    return `https://${this.api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }

  get url(): string {
    return `${this.origin}/${STAGE}`;
  }

  /** Call once, when all functions exist: a deployment is a picture of the methods at that moment. */
  deploy({ paths }: RestRoutes): void {
    const methods = Object.entries(paths).map(([path, target]) => this.addMethod(path, target));
    for (const target of new Set(Object.values(paths))) this.permit(target);
    const answers = addGatewayResponses(this, this.api.ref);
    // A new picture is taken when a path, its function or one of the gateway's own answers changes.
    const picture = Object.entries(paths).map(([path, target]) => [path, target.name]);
    const hash = createHash('sha256')
      .update(JSON.stringify([picture, OWN_ANSWERS]))
      .digest('hex')
      .slice(0, 12);
    const deployment = new CfnDeployment(this, `Deployment${hash}`, { restApiId: this.api.ref });
    for (const part of [...methods, ...answers]) deployment.addResourceDependency(part);
    new CfnStage(this, 'Stage', {
      restApiId: this.api.ref,
      stageName: STAGE,
      deploymentId: deployment.ref,
      tracingEnabled: true,
    });
  }

  private addMethod(path: string, target: ServiceFunction): CfnMethod {
    const lambdaPath = `apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/`;
    return new CfnMethod(this, `Any${path}`, {
      restApiId: this.api.ref,
      resourceId: this.resourceIdOf(path),
      httpMethod: 'ANY',
      authorizationType: 'NONE',
      integration: {
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        uri: `arn:${Aws.PARTITION}:${lambdaPath}${target.lambda.functionArn}/invocations`,
      },
    });
  }

  private resourceIdOf(path: string): string {
    if (path === '/') return this.api.attrRootResourceId;
    const known = this.resources.get(path);
    if (known) return known.ref;
    const cut = path.lastIndexOf('/');
    const resource = new CfnResource(this, `Path${path}`, {
      restApiId: this.api.ref,
      parentId: this.resourceIdOf(path.slice(0, cut) || '/'),
      pathPart: path.slice(cut + 1),
    });
    this.resources.set(path, resource);
    return resource.ref;
  }

  private permit(target: ServiceFunction): void {
    target.lambda.addPermission('MayBeCalledByRest', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.api.ref}/*`,
    });
  }
}
