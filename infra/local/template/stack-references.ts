import { NO_VALUE, type References, resolveCondition } from './resolve-value.ts';
import type { Template } from './template.ts';
import { TemplateError } from './template-error.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

export interface StackSurroundings {
  readonly stackName: string;
  /** Values for the template's parameters; the rest keep their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where queues are reached, without a trailing slash. */
  readonly awsEndpointUrl: string;
}

export const functionArn = (logicalId: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${logicalId}`;
export const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

/** The local name of a queue or bucket: its logical id, which a restart does not change. */
export const physicalName = (logicalId: string) => logicalId.toLowerCase();

/** How `Ref`, `Fn::GetAtt` and conditions of this template resolve on the local host. */
export function stackReferences(template: Template, surroundings: StackSurroundings): References {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::NoValue': NO_VALUE,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${surroundings.stackName}/local`,
    'AWS::StackName': surroundings.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const parameter = (name: string): unknown => {
    const value = surroundings.parameters[name] ?? template.Parameters[name]?.Default;
    if (value === undefined) throw new TemplateError(`the template's parameter ${name} has no value here`);
    return value;
  };

  const ref = (id: string): unknown => {
    if (Object.hasOwn(pseudo, id)) return pseudo[id];
    if (Object.hasOwn(template.Parameters, id)) return parameter(id);
    switch (resourceOf(template, id).Type) {
      case 'AWS::SQS::Queue':
        return `${surroundings.awsEndpointUrl}/${ACCOUNT}/${physicalName(id)}`;
      case 'AWS::S3::Bucket':
        return physicalName(id);
      default:
        return id;
    }
  };

  const references: References = {
    ref,
    attribute: (id, name) => attributeOf(template, id, name),
    condition: (name) => {
      if (!Object.hasOwn(template.Conditions, name)) throw new TemplateError(`the template has no condition ${name}`);
      return resolveCondition(template.Conditions[name], references);
    },
    mapping: (name, first, second) => template.Mappings[name]?.[first]?.[second],
  };
  return references;
}

function resourceOf(template: Template, id: string) {
  const resource = template.Resources[id];
  if (!resource) throw new TemplateError(`the template refers to ${id}, which it does not have`);
  return resource;
}

function attributeOf(template: Template, id: string, name: string): string {
  const { Type } = resourceOf(template, id);
  switch (`${Type}.${name}`) {
    case 'AWS::Lambda::Function.Arn':
      return functionArn(id);
    case 'AWS::SQS::Queue.Arn':
      return queueArn(physicalName(id));
    case 'AWS::SQS::Queue.QueueName':
      return physicalName(id);
    case 'AWS::S3::Bucket.Arn':
      return `arn:aws:s3:::${physicalName(id)}`;
    default:
      // Roles, log groups, domain names: nothing here looks at them, but a value has to stand there.
      return name.endsWith('Arn') ? `arn:aws:local:${REGION}:${ACCOUNT}:${id}` : `${id}.${name}`;
  }
}
