import { beforeAll, describe, expect, test } from 'vitest';
import { type ModuleGraph, readModuleGraph } from '../support/module-graph.ts';

interface Rule {
  readonly name: string;
  readonly applies: (from: string) => boolean;
  readonly allows: (to: string, from: string) => boolean;
}

const serviceOf = (path: string) => /^functions\/([^/]+)\//.exec(path)?.[1];
const roomOf = (path: string) => /^functions\/[^/]+\/([^/]+)\//.exec(path)?.[1];

const RULES: readonly Rule[] = [
  {
    name: 'shared imports nobody',
    applies: (from) => from.startsWith('shared/'),
    allows: (to) => to.startsWith('shared/'),
  },
  {
    name: 'a service imports itself and shared, never another service',
    applies: (from) => from.startsWith('functions/'),
    allows: (to, from) => to.startsWith('shared/') || serviceOf(to) === serviceOf(from),
  },
  {
    name: 'routes call use cases, not repositories or gateways',
    applies: (from) => roomOf(from) === 'routes',
    allows: (to) => !['repositories', 'gateways'].includes(roomOf(to) ?? ''),
  },
  {
    name: 'use cases know repositories and gateways by their types only',
    applies: (from) => roomOf(from) === 'use-cases',
    allows: (to) => to.startsWith('shared/') || roomOf(to) === 'use-cases',
  },
  {
    name: 'repositories and gateways know neither routes nor use cases',
    applies: (from) => ['repositories', 'gateways'].includes(roomOf(from) ?? ''),
    allows: (to) => !['routes', 'use-cases'].includes(roomOf(to) ?? ''),
  },
  {
    // The offline model has to know the words that answering knows.
    name: 'infra imports no runtime code but configuration and word lists',
    applies: (from) => from.startsWith('infra/'),
    allows: (to) => ['infra/', 'shared/config/', 'shared/language/', 'web/build'].some((area) => to.startsWith(area)),
  },
  {
    name: 'layers and web stand alone',
    applies: (from) => from.startsWith('layers/') || from.startsWith('web/'),
    allows: (to, from) => to.split('/')[0] === from.split('/')[0],
  },
];

describe('the import rules', () => {
  let graph: ModuleGraph;

  beforeAll(async () => {
    graph = await readModuleGraph();
  });

  test('are checked on every source file there is', () => {
    const seen = new Set(graph.modules);

    expect(graph.files.length).toBeGreaterThan(50);
    expect(graph.files.filter((file) => !seen.has(file))).toEqual([]);
    expect(graph.edges.length).toBeGreaterThan(graph.files.length);
  });

  test.each(RULES)('$name', ({ applies, allows }) => {
    const governed = graph.edges.filter((edge) => applies(edge.from));

    const broken = governed.filter((edge) => !allows(edge.to, edge.from));

    expect(governed.length).toBeGreaterThan(0);
    expect(broken).toEqual([]);
  });
});
