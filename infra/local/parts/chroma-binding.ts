import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The server is a function of a native module, which keeps its thread until SIGINT. */
export interface ChromaBinding {
  cli(args: readonly string[]): unknown;
}

const NAMES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'chromadb-js-bindings-darwin-arm64',
  'darwin-x64': 'chromadb-js-bindings-darwin-x64',
  'linux-arm64': 'chromadb-js-bindings-linux-arm64-gnu',
  'linux-x64': 'chromadb-js-bindings-linux-x64-gnu',
};

/**
 * Loads the server that `chromadb` brings for this platform or, where the machine's C library is too old for it,
 * the older one that the installer put beside this file.
 * @throws Error naming both reasons when neither loads
 */
export function loadChromaBinding(): ChromaBinding {
  const name = NAMES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`npm has no Chroma for ${process.platform}-${process.arch}`);
  const reasons: string[] = [];
  for (const from of [import.meta.url, new URL('chroma-legacy-binding/package.json', import.meta.url)]) {
    try {
      const near = createRequire(fileURLToPath(from));
      // Beside the legacy package.json only its own copy counts, not the one further up.
      const path = near.resolve(name, { paths: [fileURLToPath(new URL('.', from))] });
      return near(path) as ChromaBinding;
    } catch (error) {
      reasons.push((error as Error).message.split('\n')[0] ?? '');
    }
  }
  const remedy = 'run `node infra/local/install.mjs`, or set UNDERSTUDY_CHROMA_URL to your own';
  throw new Error(`it cannot be loaded: ${remedy} (${reasons.join('; ')})`);
}
