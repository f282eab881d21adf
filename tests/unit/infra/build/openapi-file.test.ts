import { beforeAll, describe, expect, test } from 'vitest';
import { buildOpenApiFile } from '../../../../infra/build/openapi-file.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, unknown> }>;
  readonly requestBody?: { readonly required: boolean };
}

describe('the OpenAPI document', () => {
  let document: { openapi: string; paths: Record<string, Record<string, Operation>> };

  beforeAll(async () => {
    document = JSON.parse(Buffer.from(await buildOpenApiFile()).toString('utf8'));
  });

  const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path));

  test('is of version 3.1 and knows the routes of every service', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const service of ['auth', 'hub', 'ai', 'channel']) {
      const own = Object.keys(document.paths).filter((path) => path.startsWith(`/v1/${service}/`));
      expect(own.length, service).toBeGreaterThan(3);
      expect(own).toContain(`/v1/${service}/health`);
    }
    expect(document.paths['/health']).toBeDefined();
  });

  test('names each operation once', () => {
    const ids = operations().map(({ operationId }) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ['post', '/v1/hub/documents/{id}/reprocess', ['404: NOT_FOUND', '409: CONFLICT']],
    ['post', '/v1/hub/documents/{id}/upload', ['409: CONFLICT', '429: RATE_LIMITED, QUOTA_EXCEEDED']],
    ['patch', '/v1/hub/widgets/{id}', ['422: WIDGET_CONFIG_INVALID']],
    ['post', '/v1/ai/answers', ['429: RATE_LIMITED, SPEND_LIMIT_REACHED', '502: UPSTREAM_FAILED']],
    ['post', '/v1/ai/answers', ['503: DEPENDENCY_UNAVAILABLE', '504: UPSTREAM_TIMEOUT']],
    ['post', '/v1/channel/widgets/{id}/sessions', ['403: ORIGIN_NOT_ALLOWED, PERMISSION_DENIED', '404: NOT_FOUND']],
    ['get', '/v1/channel/messages', ['403: PERMISSION_DENIED, ORIGIN_NOT_ALLOWED', '404: NOT_FOUND']],
    ['post', '/v1/auth/login', ['401: AUTHENTICATION_FAILED']],
  ])('tells of %s %s that it may end with %j', (method, path, refusals) => {
    const responses = Object.entries(document.paths[path]?.[method]?.responses ?? {});

    expect(responses.map(([status, { description }]) => `${status}: ${description}`)).toEqual(
      expect.arrayContaining(refusals),
    );
  });

  test('asks for a body only where an empty one does not do', () => {
    const isNeeded = (method: string, path: string) => document.paths[path]?.[method]?.requestBody?.required;

    expect(isNeeded('post', '/v1/channel/widgets/{id}/sessions')).toBe(false);
    expect(isNeeded('patch', '/v1/hub/widgets/{id}')).toBe(false);
    expect(isNeeded('post', '/v1/hub/widgets')).toBe(true);
  });

  test('says for each operation who may call it, what comes back, and what errors look like', () => {
    for (const operation of operations()) {
      expect(operation.security).toBeInstanceOf(Array);
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      expect(operation.responses['500']?.content).toEqual({
        'application/json': { schema: { $ref: '#/components/schemas/Error' } },
      });
    }
  });
});
