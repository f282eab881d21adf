import { beforeAll, describe, expect, test } from 'vitest';
import { buildOpenApiFile } from '../../../../infra/build/openapi-file.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
  readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
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
