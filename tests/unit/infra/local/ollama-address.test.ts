import { expect, test } from 'vitest';
import { ollamaUrl } from '../../../../infra/local/parts/ollama.ts';
import { PartFailure } from '../../../../infra/local/parts/part-failure.ts';

test.each([
  ['gpu', 'http://gpu:11434'],
  ['gpu:8000', 'http://gpu:8000'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['https://gpu.example/', 'https://gpu.example'],
])('OLLAMA_HOST=%s is read as Ollama reads it', (host, url) => {
  expect(ollamaUrl(host)).toBe(url);
});

test.each(['gpu:port', 'two words'])('OLLAMA_HOST=%s is refused in one line', (host) => {
  expect(() => ollamaUrl(host)).toThrow(PartFailure);
  expect(() => ollamaUrl(host)).toThrow(/^OLLAMA_HOST \(.+\) is no address$/);
});
