import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundle } from './bundle.ts';
import { DEFAULT_BUILD_FOLDER, type FunctionName, PROJECT_ROOT } from './function-entries.ts';
import { buildOpenApiFile } from './openapi-file.ts';
import { type FolderContent, readFolder, syncFolder, writeIfDifferent } from './sync-folder.ts';
import { buildWebFiles } from './web-files.ts';

export interface Build {
  /** Holds `functions/<name>/index.mjs`, `layers/<layer>/…` and `meta.json`. */
  readonly folder: string;
  readonly metafile: Metafile;
  readonly tookMs: number;
}

export interface BuildOptions {
  /** Default `.build`. Two hosts that start from one tree at a time may each have their own. */
  readonly folder?: string;
}

/**
 * Builds everything that the stack deploys: functions, layers, the migrations beside `migrate` and the web files beside
 * `auth-api`. What is unchanged is not written again, what no longer belongs there is removed.
 */
export async function buildFunctions(options: BuildOptions = {}): Promise<Build> {
  const startedAt = performance.now();
  const folder = options.folder ?? DEFAULT_BUILD_FOLDER;
  const [bundles, web, openApi, migrations] = await Promise.all([
    bundle(),
    buildWebFiles(),
    buildOpenApiFile(),
    readFolder(join(PROJECT_ROOT, 'migrations'), (path) => path.endsWith('.sql')),
  ]);
  const files = new Map([
    ...bundles.files,
    ...below('functions/auth-api/web', web),
    ['functions/auth-api/web/openapi.json', openApi] as const,
    ...webManifestFor(['hub-api', 'channel-api'], web),
    ...below('functions/migrate/migrations', migrations),
  ]);
  await Promise.all([
    syncFolder(join(folder, 'functions'), partOf(files, 'functions/')),
    syncFolder(join(folder, 'layers'), partOf(files, 'layers/')),
    writeIfDifferent(join(folder, 'meta.json'), Buffer.from(JSON.stringify(bundles.metafile))),
  ]);
  return { folder, metafile: bundles.metafile, tookMs: performance.now() - startedAt };
}

/** Functions that name the widget's scripts (and their hashes) find the manifest beside their code. */
function webManifestFor(functions: readonly FunctionName[], web: FolderContent): [string, Uint8Array][] {
  const manifest = web.get('manifest.json');
  return manifest ? functions.map((name) => [`functions/${name}/web-manifest.json`, manifest]) : [];
}

function below(prefix: string, content: FolderContent): [string, Uint8Array][] {
  return [...content].map(([path, bytes]) => [`${prefix}/${path}`, bytes]);
}

function partOf(files: FolderContent, prefix: string): FolderContent {
  return new Map(
    [...files].flatMap(([path, bytes]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), bytes]] : [])),
  );
}
