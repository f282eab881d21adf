import { describe, expect, test } from 'vitest';
import { type ServiceTemplate, serviceTemplate } from './service-template.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Actions for which AWS knows no narrower resource than everything. */
const WITHOUT_RESOURCE =
  /^(xray:Put(TraceSegments|TelemetryRecords)|ec2:.*(NetworkInterface|Subnet|PrivateIpAddresse)s?)$/;
/** What the tail of a resource may be, besides one exact thing: keys of creators, sockets, senders of mail. */
const ARGUED_TAILS = [/\/creators\/\*$/, /\/@connections\/\*$/, /:identity\/\*$/];

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

function statementsOf(stack: ServiceTemplate): readonly Statement[] {
  return stack.ofType('AWS::IAM::Policy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

function actionsOf(stack: ServiceTemplate, name: string): readonly string[] {
  const roleId = stack.functionNamed(name).Properties.Role['Fn::GetAtt'][0];
  return stack
    .ofType('AWS::IAM::Policy')
    .filter(({ Properties }) => Properties.Roles.some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
    .flatMap((statement) => listOf(statement.Action))
    .sort();
}

describe.each([{ onPlatform: false }, { onPlatform: true }])(
  'roles of functions, on the platform: $onPlatform',
  (options) => {
    const stack = serviceTemplate(options);

    test('name every action in full', () => {
      const actions = statementsOf(stack).flatMap((statement) => listOf(statement.Action));

      expect(actions.length).toBeGreaterThan(30);
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    });

    test('reach everything only where AWS knows no narrower resource', () => {
      const wide = statementsOf(stack).filter((statement) => listOf(statement.Resource).includes('*'));

      const actions = wide.flatMap((statement) => listOf(statement.Action));

      expect(actions.filter((action) => !WITHOUT_RESOURCE.test(action))).toEqual([]);
    });

    test('end in a wildcard only where it was argued', () => {
      const resources = statementsOf(stack).flatMap((statement) => listOf(statement.Resource));
      const texts = resources.map((resource) => (resource === '*' ? '' : textOf(resource)));

      const open = texts.filter((text) => text.includes('*') && !ARGUED_TAILS.some((tail) => tail.test(text)));

      expect(open).toEqual([]);
    });

    test('are not shared, and hold no managed policy', () => {
      const roleIds = stack.ofType('AWS::Lambda::Function').map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
      const managed = stack.ofType('AWS::IAM::Role').filter(({ Properties }) => Properties.ManagedPolicyArns);

      expect(new Set(roleIds).size).toBe(13);
      expect(managed).toEqual([]);
    });
  },
);

test('only the functions that need the buckets may touch them', () => {
  const stack = serviceTemplate();
  const names = stack.ofType('AWS::Lambda::Function').map(({ Metadata }) => String(Metadata?.['understudy:function']));

  const withBuckets = names.filter((name) => actionsOf(stack, name).some((action) => action.startsWith('s3:')));

  expect(withBuckets.sort()).toEqual(['ai-ingest', 'hub-api']);
  expect(actionsOf(stack, 'hub-api').filter((action) => action.startsWith('s3:'))).toEqual(['s3:PutObject']);
});

test.each([
  ['execute-api:ManageConnections', ['ai-generate', 'channel-api', 'channel-socket', 'channel-sweep-connections']],
  ['sqs:SendMessage', ['ai-generate', 'ai-ingest', 'ai-sweep', 'channel-socket', 'hub-api']],
])('%s is allowed to those who do it, and to nobody else', (action, expected) => {
  const stack = serviceTemplate();
  const names = stack.ofType('AWS::Lambda::Function').map(({ Metadata }) => String(Metadata?.['understudy:function']));

  const allowed = names.filter((name) => actionsOf(stack, name).includes(action));

  expect(allowed.sort()).toEqual(expected);
});

/** A resource as text: joined parts in order, references by name. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(textOf).join('');
  return `<${JSON.stringify(argument)}>`;
}
