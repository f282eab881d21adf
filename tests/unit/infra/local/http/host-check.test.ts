import { expect, test } from 'vitest';
import { isOwnHost } from '../../../../../infra/local/http/host-check.ts';

test.each([
  ['localhost:8080', true],
  ['127.0.0.1:8080', true],
  ['LOCALHOST:8080', true],
  ['localhost', false],
  ['localhost:8081', false],
  ['127.0.0.1', false],
  ['[::1]:8080', false],
  ['127.0.0.2:8080', false],
  ['localhost.evil.example:8080', false],
  ['evil.example:8080', false],
  ['127a0b0c1:8080', false],
  ['', false],
  [undefined, false],
])('on port 8080 the host %j is own: %j', (header, own) => {
  expect(isOwnHost(header, 8080)).toBe(own);
});

test('on port 80 the port may be left out, as browsers do', () => {
  expect(isOwnHost('localhost', 80)).toBe(true);
  expect(isOwnHost('127.0.0.1:80', 80)).toBe(true);
});
