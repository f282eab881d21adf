import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DOCUMENT_ERROR_CODES } from '../../../shared/errors/document-processing-error.ts';
import { STATUS_OF_CODE } from '../../../shared/errors/error-codes.ts';
import { ClientFrame, NumberedFrameBody, PlainFrame } from '../../../shared/lifecycles/conversation/frames.ts';
import { PROJECT_ROOT } from '../../support/module-graph.ts';
import { linksOf, readDocs } from '../../support/read-docs.ts';

const docs = readDocs();
const textOf = (path: string) => docs.find((doc) => doc.path === path)?.text ?? expect.fail(`no ${path}`);
const scripts = Object.keys(JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')).scripts);

describe('the documents', () => {
  test('link to files and headings that are there', () => {
    const links = docs.flatMap(linksOf);

    const dead = links.filter(({ path, anchor }) => {
      if (!existsSync(join(PROJECT_ROOT, path))) return true;
      return anchor !== undefined && !docs.some((doc) => doc.path === path && doc.anchors.includes(anchor));
    });

    expect(links.length).toBeGreaterThan(30);
    expect(dead.map(({ from, href }) => `${from}: ${href}`)).toEqual([]);
  });

  test('name files of the tree that are there', () => {
    const named = docs.flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:docs|functions|infra|layers|migrations|shared|tests|web)\/[\w./-]+)`/g)].map(
        ([, file = '']) => ({ path, file }),
      ),
    );

    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ file }) => !existsSync(join(PROJECT_ROOT, file)))).toEqual([]);
  });

  test('name commands that are there', () => {
    const named = docs.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => ({ path, script })),
    );

    expect(named.filter(({ script }) => !scripts.includes(script))).toEqual([]);
  });

  test('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const path of reached) {
      const doc = docs.find((one) => one.path === path);
      for (const link of doc ? linksOf(doc) : []) reached.add(link.path);
    }

    const guides = docs.filter(({ path }) => /^docs\/[^/]+$|^[^/]+$/.test(path)).map(({ path }) => path);
    expect(guides.filter((path) => !reached.has(path))).toEqual([]);
  });
});

test('the README tells of every command that is not run by another one', () => {
  const told = textOf('README.md');

  const silent = scripts.filter((script) => !/^pre/.test(script) && !told.includes(commandOf(script)));

  expect(silent).toEqual([]);
});

test('docs/errors.md tells every error code with its status, and no other', () => {
  const [answers = '', documents = ''] = textOf('docs/errors.md').split('## Why a document was not taken');

  const statuses = [...answers.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, status]) => [code, Number(status)]);
  const reasons = [...documents.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);

  expect(Object.fromEntries(statuses)).toEqual(STATUS_OF_CODE);
  expect(reasons.toSorted()).toEqual([...DOCUMENT_ERROR_CODES].toSorted());
});

test('docs/conversations.md tells every frame and action of the socket, and no other', () => {
  const rows = [...textOf('docs/conversations.md').matchAll(/^\| `(?:\{"action": )?"?(\w+)"?[^`]*` \|/gm)];

  const told = rows.map(([, name]) => name);

  const actions = ClientFrame.options.map(({ shape }) => shape.action.value);
  const frames = [...NumberedFrameBody.options, ...PlainFrame.options].map(({ shape }) => shape.type.value);
  expect(told.filter((name) => !/^(GET|POST|PUT|DELETE)$/.test(name ?? '')).toSorted()).toEqual(
    [...actions, ...frames].toSorted(),
  );
});

function commandOf(script: string): string {
  return ['start', 'test'].includes(script) ? `npm ${script}` : `npm run ${script}\``;
}
