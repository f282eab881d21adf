import type { ServiceResourceType } from '../../stacks/resource-types.ts';
import { TemplateError } from './template-error.ts';

/**
 * What becomes of every resource type that the stack may contain. `hosted` ones are run here, the others have no
 * counterpart on one machine (permissions, alarms). The compiler holds this list against the stack's own.
 */
const RESOURCE_TYPES = {
  'AWS::ApiGateway::GatewayResponse': 'hosted',
  'AWS::ApiGateway::Method': 'hosted',
  'AWS::ApiGateway::Resource': 'hosted',
  'AWS::ApiGateway::RestApi': 'hosted',
  'AWS::ApiGateway::Stage': 'hosted',
  'AWS::ApiGatewayV2::Api': 'hosted',
  'AWS::ApiGatewayV2::Integration': 'hosted',
  'AWS::ApiGatewayV2::Route': 'hosted',
  'AWS::ApiGatewayV2::Stage': 'hosted',
  'AWS::Events::Rule': 'hosted',
  'AWS::Lambda::EventSourceMapping': 'hosted',
  'AWS::Lambda::Function': 'hosted',
  'AWS::Lambda::LayerVersion': 'hosted',
  'AWS::S3::Bucket': 'hosted',
  'AWS::SQS::Queue': 'hosted',
  'Custom::Migrations': 'hosted',
  'AWS::ApiGateway::Deployment': 'ignored',
  'AWS::CloudWatch::Alarm': 'ignored',
  'AWS::CloudWatch::Dashboard': 'ignored',
  'AWS::IAM::Policy': 'ignored',
  'AWS::IAM::Role': 'ignored',
  'AWS::Lambda::Permission': 'ignored',
  'AWS::Logs::LogGroup': 'ignored',
  'AWS::S3::BucketPolicy': 'ignored',
  'AWS::SQS::QueuePolicy': 'ignored',
} as const satisfies Record<ServiceResourceType, 'hosted' | 'ignored'>;

/** Whether a type of the closed list is run here. @throws TemplateError for a type that is not in the list */
export function isHosted(type: string, logicalId: string): boolean {
  if (!Object.hasOwn(RESOURCE_TYPES, type)) {
    throw new TemplateError(
      `the stack uses the resource type ${type} (${logicalId}), which the local host does not know`,
    );
  }
  return RESOURCE_TYPES[type as ServiceResourceType] === 'hosted';
}
