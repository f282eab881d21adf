import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { FunctionHost } from '../functions/function-host.ts';
import { HostError } from '../host-error.ts';
import { readBody } from '../http/read-body.ts';
import type { CustomResourceModel } from '../template/stack-model.ts';
import { ACCOUNT, REGION } from '../template/stack-references.ts';

const ResponseDocument = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  Data: z.record(z.string(), z.unknown()).optional(),
});
export type ResponseDocument = z.infer<typeof ResponseDocument>;

/**
 * Deploys a custom resource as CloudFormation does: the function gets the event and puts its response document to
 * the address it names.
 *
 * @throws HostError when the function fails, reports FAILED or puts nothing
 */
export async function deployCustomResource(
  resource: CustomResourceModel,
  functions: Pick<FunctionHost, 'byId'>,
): Promise<ResponseDocument> {
  const inbox = await openInbox();
  try {
    const outcome = await functions.byId(resource.functionId).invoke(eventFor(resource, inbox.url));
    const document = inbox.received();
    if (document?.Status === 'SUCCESS') return document;
    const reason =
      document?.Reason ??
      (outcome.kind === 'failure' ? outcome.message : `the function sent no response (${outcome.kind})`);
    throw new HostError(`${resource.type} failed: ${reason}`);
  } finally {
    inbox.close();
  }
}

function eventFor(resource: CustomResourceModel, responseUrl: string) {
  return {
    RequestType: 'Create',
    ResponseURL: responseUrl,
    ServiceToken: resource.properties.ServiceToken,
    StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/local/local`,
    RequestId: randomUUID(),
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    ResourceProperties: resource.properties,
  };
}

/** A one-time address that takes the response document. */
async function openInbox() {
  const path = `/${randomUUID()}`;
  let document: ResponseDocument | undefined;
  const server = createServer((request, response) => {
    void readBody(request, 4_096).then(
      (body) => {
        const known = request.method === 'PUT' && request.url === path && body;
        if (known) document = ResponseDocument.safeParse(JSON.parse(body.toString('utf8'))).data;
        response.writeHead(known ? 200 : 404).end();
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    received: () => document,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
