import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent as Event } from 'aws-lambda';

export interface CustomResourceReport {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, string>;
}

/** Stands where CloudFormation takes the response documents of custom resources. */
export async function openCustomResourceInbox() {
  const reports: CustomResourceReport[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    reports.push({ method: request.method ?? '', headers: request.headers, body });
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    reports,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** An event as CloudFormation sends it. */
export function customResourceEvent(responseUrl: string, requestType: 'Create' | 'Update' | 'Delete'): Event {
  const common = {
    ServiceToken: 'arn:aws:lambda:eu-central-1:000000000000:function:migrate',
    ResponseURL: responseUrl,
    StackId: 'arn:aws:cloudformation:eu-central-1:000000000000:stack/understudy/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Schema',
    ResourceType: 'Custom::Migrations',
    ResourceProperties: { ServiceToken: '', MigrationsHash: 'a' },
  };
  if (requestType === 'Create') return { ...common, RequestType: requestType };
  const existing = { ...common, PhysicalResourceId: 'understudy-schema' };
  if (requestType === 'Delete') return { ...existing, RequestType: requestType };
  return {
    ...existing,
    RequestType: requestType,
    OldResourceProperties: { ...common.ResourceProperties, MigrationsHash: '' },
  };
}
