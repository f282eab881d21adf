import { join } from 'node:path';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  type ILayerVersion,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FunctionName } from '../build/function-entries.ts';

/** Metadata of the function resource that tells its name in the build, for whoever reads the template. */
const FUNCTION_NAME_METADATA = 'understudy:function';

export interface ServiceFunctionProps {
  readonly name: FunctionName;
  readonly buildFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly layers?: ILayerVersion[];
}

/**
 * One Lambda from its folder in the build: Node 24 on arm64, traced, with a role and a log group of its own. The
 * role may write to that log group and send traces, and whatever `allow` adds.
 */
export class ServiceFunction extends Construct {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.name = props.name;
    this.timeoutSeconds = props.timeoutSeconds;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Understudy ${props.name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      // The maps stay with whoever built them: they would double what a cold start loads.
      code: Code.fromAsset(join(props.buildFolder, 'functions', props.name), { exclude: ['**/*.map'] }),
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment },
      layers: props.layers,
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
    });
    this.resource.addMetadata(FUNCTION_NAME_METADATA, props.name);
  }

  get resource(): CfnFunction {
    const resource = this.lambda.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error(`${this.name} has no function resource`);
    return resource;
  }

  /** Adds exactly these actions on exactly these resources to the function's role. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.role.addToPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] }),
    );
  }

  addEnvironment(variables: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(variables)) this.lambda.addEnvironment(name, value);
  }
}
