import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, CustomResource, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface SchemaMigrationsProps {
  readonly worker: ServiceFunctionProps;
  /** Another one lets the step run again, which gives the services' roles the passwords of that moment. */
  readonly credentialsRound: string;
}

/**
 * The database's schema as a resource of the stack: it is updated when a migration is added, and every function that
 * must come after it says so with `precede`.
 */
export class SchemaMigrations extends Construct {
  readonly worker: ServiceFunction;
  private readonly resource: CfnResource;

  constructor(scope: Construct, id: string, props: SchemaMigrationsProps) {
    super(scope, id);
    this.worker = new ServiceFunction(this, 'Worker', props.worker);
    const migrations = new CustomResource(this, 'Schema', {
      resourceType: 'Custom::Migrations',
      serviceToken: this.worker.lambda.functionArn,
      // A function that cannot even begin reports nothing; AWS starts it three times, and would then wait an hour.
      serviceTimeout: Duration.seconds(props.worker.timeoutSeconds * 3),
      properties: {
        MigrationsHash: hashOf(join(props.worker.buildFolder, 'functions/migrate/migrations')),
        CredentialsRound: props.credentialsRound,
      },
    });
    migrations.node.addDependency(this.worker);
    const resource = migrations.node.defaultChild;
    if (!(resource instanceof CfnResource)) throw new Error('the migrations have no resource');
    this.resource = resource;
  }

  precede(target: ServiceFunction): void {
    target.resource.addResourceDependency(this.resource);
  }
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
