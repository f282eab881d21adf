import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Network } from '../../functions/ai/gateways/guarded-get.ts';
import { openPageFetcher } from '../../functions/ai/gateways/page-fetcher.ts';
import { isPublicAddress } from '../../functions/ai/gateways/public-address.ts';

/** Where the "public" site of these tests stands, and where nothing may ever arrive. */
export const SITE = '127.0.0.2';
export const INSIDE = '127.0.0.1';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface UsedSites {
  /** Fetches as in production, but that the site counts as public, and that its port stands for 80 and 443. */
  readonly get: (url: string, changes?: Partial<Network>) => ReturnType<ReturnType<typeof openPageFetcher>['fetch']>;
  /** What the public site answers in this test; its robots.txt is missing. */
  readonly answers: (answer: Answer) => void;
  readonly redirect: (to: string) => void;
  /** What a name means at its first look-up, at its second … in this test. */
  readonly resolveTo: (name: string, lookUps: readonly string[][]) => void;
  /** What has arrived where nothing may arrive: connections and paths. */
  readonly reached: () => readonly string[];
  readonly port: () => number;
  /** Where fetched pages are written to. */
  readonly path: () => string;
}

/** A public site and one inside, on the same port, for the tests of one file. @param names what names mean by themselves */
export function useSites(names: ReadonlyMap<string, readonly string[]> = new Map()): UsedSites {
  let folder: string;
  let servers: Server[] = [];
  let port: number;
  let reached: string[] = [];
  let answer: Answer;
  let resolved: Map<string, readonly string[][]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-sites-'));
    const site = createServer((request, response) => {
      if (request.url === '/robots.txt') response.writeHead(404).end();
      else answer(request, response);
    }).listen(0, SITE);
    await once(site, 'listening');
    const address = site.address();
    port = typeof address === 'object' && address ? address.port : 0;
    const inside = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('the inside');
    });
    inside.on('connection', () => reached.push('connection'));
    inside.listen(port, INSIDE);
    await once(inside, 'listening');
    servers = [site, inside];
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    reached = [];
    resolved = new Map();
    answer = (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>public</p>');
  });

  const network = (changes: Partial<Network> = {}): Network => ({
    async resolve(name) {
      const [next, ...later] = resolved.get(name) ?? [[...(names.get(name) ?? [SITE])]];
      if (later.length > 0) resolved.set(name, later);
      return (next ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    isAllowed: (address) => address === SITE || isPublicAddress(address),
    ports: { http: port, https: port },
    ...changes,
  });
  const path = () => join(folder, 'page');
  return {
    get: (url, changes) =>
      openPageFetcher({ network: network(changes) }).fetch(url, path(), new AbortController().signal),
    answers: (next) => {
      answer = next;
    },
    redirect: (to) => {
      const location = to.replace(/[^\x20-\x7e]/g, encodeURIComponent);
      answer = (_, response) => response.writeHead(302, { Location: location }).end();
    },
    resolveTo: (name, lookUps) => resolved.set(name, lookUps),
    reached: () => reached,
    port: () => port,
    path,
  };
}
