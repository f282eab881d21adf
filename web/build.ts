import { createHash } from 'node:crypto';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A published file: its path on the site (it names its own content) and the hash that a page pins. */
export interface WebFile {
  readonly path: string;
  readonly integrity: string;
  readonly bytes: number;
}

export interface WebManifest {
  readonly loader: WebFile;
  readonly app: WebFile;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Loaders that pages of creators pin by address and hash: each is served for ever. */
const PUBLISHED = join(HERE, 'published');

/**
 * Builds the widget and the pages into `outFolder`, with `manifest.json` beside them. Script paths carry a hash of
 * their content, so they may be cached for ever; every loader that was ever published lies beside the newest.
 */
export async function buildWeb(outFolder: string): Promise<WebManifest> {
  await rm(outFolder, { recursive: true, force: true });
  await mkdir(join(outFolder, 'widget'), { recursive: true });
  const [loader, app] = await Promise.all([
    publish(outFolder, 'loader', 'widget/loader/loader.ts'),
    publish(outFolder, 'app', 'widget/app/app.tsx'),
  ]);
  await cp(PUBLISHED, join(outFolder, 'widget/v1'), { recursive: true });
  await cp(join(HERE, 'console'), outFolder, { recursive: true });
  const manifest = { loader, app };
  await writeFile(join(outFolder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

async function publish(outFolder: string, name: string, entry: string): Promise<WebFile> {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const code = outputFiles[0]?.contents;
  if (!code) throw new Error(`the web build made nothing of ${entry}`);
  const version = createHash('sha256').update(code).digest('hex').slice(0, 12);
  const path = `/widget/v1/${name}-${version}.js`;
  await mkdir(join(outFolder, 'widget/v1'), { recursive: true });
  await writeFile(join(outFolder, path), code);
  const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
  return { path, integrity, bytes: code.byteLength };
}
