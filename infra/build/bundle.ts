import { type BuildOptions, build, type Metafile } from 'esbuild';
import { FUNCTION_ENTRIES, LAYER_PROGRAMS, PROJECT_ROOT } from './function-entries.ts';
import { quickPageTree } from './quick-page-tree.ts';
import { NEVER_NEEDED, SLIMMING } from './slimming.ts';
import type { FolderContent } from './sync-folder.ts';

export interface Bundles {
  /** Paths relative to the build folder. */
  readonly files: FolderContent;
  /** esbuild's account of what went into each file: the import rules and the size budgets are checked on it. */
  readonly metafile: Metafile;
}

/** Some dependencies are CommonJS and ask for Node's own modules at run time; a module has no `require` of its own. */
const REQUIRE_BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** How everything that the functions run is bundled. */
export const BUNDLING = {
  bundle: true,
  splitting: false,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  sourcemap: 'external',
  banner: { js: REQUIRE_BANNER },
  define: { 'process.env.NODE_ENV': '"production"' },
  external: NEVER_NEEDED,
  plugins: [...SLIMMING, quickPageTree],
  loader: { '.html': 'text', '.css': 'text', '.svg': 'text', '.md': 'text' },
} as const satisfies BuildOptions;

/**
 * Bundles every function and layer program in one call, so that what they share is read once. Each output stands
 * alone: no node_modules, no shared chunks, the AWS clients included (the runtime's own differ by its age).
 * @throws Error of esbuild that lists every file that does not resolve or parse
 */
export async function bundle(): Promise<Bundles> {
  const outFolder = `${PROJECT_ROOT}.build/`;
  const result = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: entryPoints(),
    outdir: outFolder,
    outExtension: { '.js': '.mjs' },
    ...BUNDLING,
    metafile: true,
    write: false,
    logLevel: 'silent',
  }).catch((failure: Error) => {
    // What esbuild throws prints every message twice more, as objects.
    throw new Error(failure.message);
  });
  const files = new Map(result.outputFiles.map((file) => [file.path.slice(outFolder.length), file.contents]));
  return { files, metafile: result.metafile };
}

function entryPoints(): { in: string; out: string }[] {
  const functions = Object.entries(FUNCTION_ENTRIES).map(
    ([name, entry]) => [`functions/${name}/index`, entry] as const,
  );
  return [...functions, ...Object.entries(LAYER_PROGRAMS)].map(([out, entry]) => ({ in: entry, out }));
}
