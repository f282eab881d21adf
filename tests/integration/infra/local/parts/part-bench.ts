import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartContext } from '../../../../../infra/local/parts/part.ts';
import { openPartRegistry, type PartRegistry } from '../../../../../infra/local/parts/part-registry.ts';
import { readSecrets } from '../../../../../infra/local/parts/secrets.ts';

/** A data folder that only root or its owner may enter, and contexts to start parts on it again and again. */
export interface PartBench {
  readonly dataFolder: string;
  context(): Promise<PartContext & { readonly registry: PartRegistry }>;
  remove(): void;
}

/** @param template a data folder to begin with a copy of, owners and all */
export function openPartBench(template?: string): PartBench {
  const dataFolder = mkdtempSync(join(tmpdir(), 'understudy-parts-'));
  if (template !== undefined) execFileSync('cp', ['-a', `${template}/.`, dataFolder]);
  return {
    dataFolder,
    async context() {
      const registry = await openPartRegistry(dataFolder);
      return { dataFolder, registry, secrets: readSecrets(dataFolder), onProgress: () => {} };
    },
    remove: () => rmSync(dataFolder, { recursive: true, force: true }),
  };
}

/** Waits for a condition. @throws Error when it does not hold within ten seconds */
export async function until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain for: ${what}`);
}
