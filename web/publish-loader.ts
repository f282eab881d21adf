import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build.ts';

// Keeps the loader of today among the published ones: from then on pages may name it, and it is served for ever.
const folder = await mkdtemp(join(tmpdir(), 'understudy-loader-'));
const { loader } = await buildWeb(folder);
const kept = fileURLToPath(new URL(`published/${basename(loader.path)}`, import.meta.url));
await copyFile(join(folder, loader.path), kept);
await rm(folder, { recursive: true });
console.log(`published ${basename(kept)} (${loader.bytes} bytes)`);
