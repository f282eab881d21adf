import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { dictionary } from '@zxcvbn-ts/language-common';
import type { Plugin } from 'esbuild';
import { MIN_PASSWORD_CHARACTERS } from '../../shared/config/password-rule.ts';
import { compactTable } from './compact-table.ts';
import { PROJECT_ROOT } from './function-entries.ts';

/** Parts that are asked for by `import()` or in a `try`, and never where the functions run. */
export const NEVER_NEEDED = [
  'pg-native',
  'pgpass',
  'chromadb-js-bindings-*',
  '@chroma-core/*',
  // Lambda and the local host hand credentials over as variables; the other sources are those of a developer's shell.
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
];

/** ioredis traces with `debug`, which writes nothing unless a developer asks; ours never asks. */
const withoutDebug: Plugin = {
  name: 'without-debug',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^debug$/ }, () => ({ path: 'debug', namespace: 'silent' }));
    onLoad({ filter: /.*/, namespace: 'silent' }, () => ({
      contents:
        'module.exports = () => Object.assign(() => {}, { enabled: false }); module.exports.default = module.exports;',
      loader: 'js',
    }));
  },
};

/** pg's bridge to libpq, which looks for pg-native when it is first used and otherwise reports that it is missing. */
const withoutNativePostgres: Plugin = {
  name: 'without-native-postgres',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/native$/ }, ({ importer }) =>
      /[\\/]pg[\\/]lib[\\/]index\.js$/.test(importer) ? { path: 'pg-native', external: true } : undefined,
    );
  },
};

/** pg's readers of the binary format, which a statement has to ask for; none of ours does. */
const withoutBinaryTypes: Plugin = {
  name: 'without-binary-types',
  setup({ onLoad }) {
    onLoad({ filter: /pg-types[\\/]lib[\\/]binaryParsers\.js$/ }, () => ({
      contents: 'exports.init = () => {};',
      loader: 'js',
    }));
  },
};

/** ioredis' ready-made certificates of one vendor's cloud, chosen by a name that our addresses cannot hold. */
const withoutTlsProfiles: Plugin = {
  name: 'without-tls-profiles',
  setup({ onLoad }) {
    onLoad({ filter: /ioredis[\\/]built[\\/]constants[\\/]TLSProfiles\.js$/ }, () => ({
      contents: 'exports.default = {};',
      loader: 'js',
    }));
  },
};

/** ioredis' way to Redis by way of Sentinels: our addresses name one server or a cluster, and options cannot ask for it. */
const withoutSentinels: Plugin = {
  name: 'without-sentinels',
  setup({ onLoad }) {
    onLoad({ filter: /ioredis[\\/]built[\\/]connectors[\\/]SentinelConnector[\\/]index\.js$/ }, () => ({
      contents: 'exports.default = class {}; exports.SentinelIterator = class {};',
      loader: 'js',
    }));
  },
};

/** ioredis' keeping of field sets for Redis' `HIMPORT`: it does nothing unless options name such sets, which ours do not. */
const withoutFieldSets: Plugin = {
  name: 'without-field-sets',
  setup({ onLoad }) {
    onLoad({ filter: /ioredis[\\/]built[\\/]himport[\\/]HimportCoordinator\.js$/ }, async ({ path }) => {
      const { default: found } = await import(pathToFileURL(path).href);
      const names = Object.keys(found).filter((name) => typeof found[name] === 'function' && name !== 'default');
      const absent = names.map((name) => `exports.${name} = () => undefined;`);
      return {
        contents: ['exports.default = class {};', 'exports.hasHimportCoordinator = Symbol();', ...absent].join('\n'),
        loader: 'js',
      };
    });
  },
};

/** ioredis' table of 300 commands, written in a third of its size. */
const compactCommandTable: Plugin = {
  name: 'compact-command-table',
  setup({ onLoad }) {
    onLoad({ filter: /@ioredis[\\/]commands[\\/]built[\\/]commands\.json$/ }, async ({ path }) => ({
      contents: compactTable(JSON.parse(await readFile(path, 'utf8'))),
      loader: 'js',
    }));
  },
};

/** zod's way to JSON Schema, which hangs on every schema and is asked for by the build alone, for the OpenAPI document. */
const withoutJsonSchema: Plugin = {
  name: 'without-json-schema',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/ }, async ({ path }) => {
      const names = Object.keys(await import(pathToFileURL(path).href));
      const absent = "const absent = () => { throw new Error('JSON Schema is written by the build alone'); };";
      return { contents: [absent, ...names.map((name) => `export const ${name} = () => absent;`)].join('\n') };
    });
  },
};

/** Of zxcvbn's word lists only the common passwords that are long enough for ours: 5 KB of 500. */
const longCommonPasswords: Plugin = {
  name: 'long-common-passwords',
  setup({ onLoad }) {
    onLoad({ filter: /@zxcvbn-ts[\\/]language-common[\\/]dist[\\/]index\.[cm]js$/ }, () => {
      const long = dictionary['passwords-common'].filter((each) => each.length >= MIN_PASSWORD_CHARACTERS);
      return { contents: `export const dictionary = ${JSON.stringify({ 'passwords-common': long })};`, loader: 'js' };
    });
  },
};

/**
 * Of llama's tokenizer the vocabulary, unpacked when it is first asked for: the package makes tables of merges at every
 * import, which the counting does without.
 */
const llamaVocabularyOnly: Plugin = {
  name: 'llama-vocabulary-only',
  setup({ onLoad }) {
    onLoad({ filter: /llama-tokenizer-js[\\/]llama-tokenizer\.js$/ }, async () => {
      const { default: llamaTokenizer } = await import('llama-tokenizer-js');
      const packed = deflateRawSync(llamaTokenizer.vocabById.join('\n'), { level: 9 }).toString('base64');
      const unpack = `inflateRawSync(Buffer.from('${packed}', 'base64')).toString().split('\\n')`;
      return {
        contents: `import { inflateRawSync } from 'node:zlib'; export default { get vocabById() { return ${unpack}; } };`,
        resolveDir: PROJECT_ROOT,
      };
    });
  },
};

/**
 * Node's own modules by `require`: an `import` of one reads all that it exports, and `http` then brings the whole of
 * `fetch` along, which takes longer than to read our own code.
 */
const builtinsByRequire: Plugin = {
  name: 'builtins-by-require',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && names.has(path.replace(/^node:/, ''))
        ? { path: `node:${path.replace(/^node:/, '')}`, namespace: 'builtin' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};

/** What keeps the bundles, and with them the cold starts, small without changing what the functions do. */
export const SLIMMING: Plugin[] = [
  builtinsByRequire,
  withoutDebug,
  withoutNativePostgres,
  withoutBinaryTypes,
  withoutTlsProfiles,
  withoutSentinels,
  withoutFieldSets,
  compactCommandTable,
  withoutJsonSchema,
  longCommonPasswords,
  llamaVocabularyOnly,
];
