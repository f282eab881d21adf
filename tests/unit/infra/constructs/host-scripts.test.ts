import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { NUM_CTX } from '../../../../functions/ai/use-cases/answer/build-prompt.ts';
import { indexHostScript } from '../../../../infra/constructs/platform/index-host-script.ts';
import { modelHostScript } from '../../../../infra/constructs/platform/model-host-script.ts';

const models = modelHostScript({
  ollamaVersion: '0.13.5',
  chatModel: 'llama2:7b-chat',
  embeddingModel: 'nomic-embed-text',
  parallelAnswers: 4,
});
const index = indexHostScript({ volumeId: 'vol-0123', chromaVersion: '1.5.9' });

/** The scripts inside the script, and the script itself. */
const scriptsIn = (text: string) => [
  text,
  ...[...text.matchAll(/<<'EOT'\n(#!\/bin\/bash\n[\s\S]*?)\nEOT\n/g)].map(([, inner = '']) => inner),
];

test.each([
  ['models', models, 3],
  ['index', index, 1],
])('the scripts of the host of %s are well formed', (_, script, count) => {
  const scripts = scriptsIn(script);

  const results = scripts.map((input) => spawnSync('bash', ['-n'], { input }));

  expect(scripts).toHaveLength(count);
  expect(results.map(({ status, stderr }) => [status, String(stderr)])).toEqual(scripts.map(() => [0, '']));
});

test('a model host lets through two calls of Ollama, and shows which models it has loaded', () => {
  const locations = [...models.matchAll(/location (= )?(\S+) \{([^}]*)/g)].map(([, , path, body]) => [
    path,
    /proxy_pass/.test(body ?? ''),
  ]);

  expect(locations).toEqual([
    ['/api/chat', false],
    ['/api/embed', false],
    ['/api/tags', false],
    ['/healthz', false],
    ['/', false],
  ]);
  expect(models.match(/limit_except POST \{ deny all; \}\n\s+proxy_pass/g)).toHaveLength(2);
  expect(models).toContain('--publish 127.0.0.1:11435:11434');
  expect(models).toContain('location / { return 404; }');
});

test('a model counts as there when it is loaded, under the name that functions ask for', () => {
  const tags = /echo '(.*)' > \/var\/lib\/understudy\/tags\.json/.exec(models)?.[1] ?? '';

  expect(JSON.parse(tags)).toEqual({ models: [{ name: 'llama2:7b-chat' }, { name: 'nomic-embed-text:latest' }] });
});

test('a model host loads the chat model with the room that functions ask for, or it would be loaded once more', () => {
  expect(models).toContain(`"options":{"num_ctx":${NUM_CTX},`);
});

test('the index host makes a file system on an empty volume only', () => {
  expect(index).toContain('blkid "$device" || mkfs.xfs "$device"');
  expect(index).toContain('RequiresMountsFor=/var/lib/chroma');
});

test('the index host takes the room of a volume that was made larger', () => {
  expect(index.indexOf('xfs_growfs /var/lib/chroma')).toBeGreaterThan(index.indexOf('mount /var/lib/chroma'));
});

test('the index host keeps a bounded number of indexes in memory, and lets one take the room of another', () => {
  expect(index).toContain('      capacity: 64\n      shards: 4\nEOT\n');
  expect(index).toContain(
    '--env MALLOC_ARENA_MAX=1 --env MALLOC_MMAP_THRESHOLD_=33554432 --env MALLOC_TRIM_THRESHOLD_=',
  );
});
