import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Addresses } from './addresses.ts';
import type { Parts } from './parts/start-parts.ts';
import { writeWhole } from './whole-file.ts';

/** What `endpoints.json` holds while a host is ready. Part of the public contract. */
export interface Endpoints {
  readonly rest_url: string;
  readonly websocket_url: string;
  readonly console_url: string | null;
  readonly demo_url: string;
  readonly mail_url: string;
  readonly database_url: string;
  readonly redis_url: string;
  readonly chroma_url: string;
  readonly ollama_url: string;
  readonly aws_endpoint_url: string;
  readonly pid: number;
}

export function endpointsOf(addresses: Addresses, parts: Parts): Endpoints {
  return {
    rest_url: addresses.restUrl,
    websocket_url: addresses.websocketUrl,
    console_url: null,
    demo_url: addresses.demoUrl,
    mail_url: addresses.mailUrl,
    database_url: parts.migrationDatabaseUrl,
    redis_url: parts.redisUrl,
    chroma_url: parts.chromaUrl,
    ollama_url: parts.ollamaUrl,
    aws_endpoint_url: parts.aws.endpointUrl,
    pid: process.pid,
  };
}

const pathIn = (dataFolder: string) => join(dataFolder, 'endpoints.json');

/** Written in one step: whoever waits for the file never reads half of it. It holds passwords. */
export async function writeEndpoints(dataFolder: string, endpoints: Endpoints): Promise<void> {
  await writeWhole(pathIn(dataFolder), `${JSON.stringify(endpoints, undefined, 2)}\n`);
}

export async function removeEndpoints(dataFolder: string): Promise<void> {
  await rm(pathIn(dataFolder), { force: true });
}
