import { dirname } from 'node:path';
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

const OUT_FOLDER = `${PROJECT_ROOT}.build/`;

/**
 * Bundles every function in one call, so that what they share is read once. Each output stands alone: no node_modules,
 * no shared chunks, the AWS clients included (the runtime's own differ by its age). Layer programs are cut where they
 * import when they need it: each run of the extractor is a new process, which reads what its one file asks for.
 * @throws Error of esbuild that lists every file that does not resolve or parse
 */
export async function bundle(): Promise<Bundles> {
  const functions = Object.entries(FUNCTION_ENTRIES).map(
    ([name, entry]) => [`functions/${name}/index`, entry] as const,
  );
  const results = await Promise.all([
    bundleEntries(functions, { splitting: false }),
    ...Object.entries(LAYER_PROGRAMS).map((program) =>
      bundleEntries([program], { splitting: true, chunkNames: `${dirname(program[0])}/[name]-[hash]` }),
    ),
  ]);
  const merged = (part: 'inputs' | 'outputs') => Object.assign({}, ...results.map(({ metafile }) => metafile[part]));
  return {
    files: new Map(results.flatMap(({ files }) => [...files])),
    metafile: { inputs: merged('inputs'), outputs: merged('outputs') },
  };
}

async function bundleEntries(
  entries: readonly (readonly [out: string, entry: string])[],
  options: Pick<BuildOptions, 'splitting' | 'chunkNames'>,
): Promise<Bundles> {
  const result = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: entries.map(([out, entry]) => ({ in: entry, out })),
    outdir: OUT_FOLDER,
    outExtension: { '.js': '.mjs' },
    ...BUNDLING,
    ...options,
    metafile: true,
    write: false,
    logLevel: 'silent',
  }).catch((failure: Error) => {
    // What esbuild throws prints every message twice more, as objects.
    throw new Error(failure.message);
  });
  const files = new Map(result.outputFiles.map((file) => [file.path.slice(OUT_FOLDER.length), file.contents]));
  return { files, metafile: result.metafile };
}
