import { describe, expect, test } from 'vitest';
import { restRouter } from '../../../../../infra/local/http/rest-router.ts';

const route = (method: string, resource: string) => ({
  method,
  resource,
  resourceId: resource,
  functionId: 'F',
  timeoutMs: 1,
});
const find = restRouter([
  route('ANY', '/'),
  route('ANY', '/{proxy+}'),
  route('ANY', '/health'),
  route('ANY', '/v1/hub/{proxy+}'),
  route('GET', '/v1/hub/fixed'),
  route('GET', '/things/{id}'),
  route('GET', '/things/{id}/parts'),
]);
const resourceOf = (method: string, path: string) => find(method, path)?.route.resource;

describe('the routes of a REST API', () => {
  test.each([
    ['GET', '/', '/'],
    ['GET', '/health', '/health'],
    ['GET', '/health/', '/health'],
    ['GET', '/healthy', '/{proxy+}'],
    ['POST', '/v1/hub/documents/1', '/v1/hub/{proxy+}'],
    ['GET', '/v1/hub/fixed', '/v1/hub/fixed'],
    ['POST', '/v1/hub/fixed', '/v1/hub/{proxy+}'],
    ['GET', '/v1/hub', '/{proxy+}'],
    ['GET', '/things/7', '/things/{id}'],
    ['GET', '/things/7/parts', '/things/{id}/parts'],
    ['GET', '/things/7/other', '/{proxy+}'],
  ])('%s %s is %s', (method, path, resource) => {
    expect(resourceOf(method, path)).toBe(resource);
  });

  test('a parameter takes one part, a greedy one the rest', () => {
    expect(find('GET', '/things/a%2Fb')?.pathParameters).toEqual({ id: 'a%2Fb' });
    expect(find('GET', '/v1/hub/a/b/c')?.pathParameters).toEqual({ proxy: 'a/b/c' });
  });

  test('without a catch-all an unknown path has no route', () => {
    expect(restRouter([route('GET', '/only')])('GET', '/other')).toBeUndefined();
    expect(restRouter([route('GET', '/only')])('POST', '/only')).toBeUndefined();
  });
});
