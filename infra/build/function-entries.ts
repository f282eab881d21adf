import { fileURLToPath } from 'node:url';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every function of the system by its name in the build and in the stack, with the file that exports `handler`. */
export const FUNCTION_ENTRIES = {
  'auth-api': 'functions/auth/api.ts',
  'auth-rotate-keys': 'functions/auth/rotate-keys.ts',
  'auth-warn-spending': 'functions/auth/warn-spending.ts',
  'hub-api': 'functions/hub/api.ts',
  'hub-seal-audit': 'functions/hub/seal-audit.ts',
  'ai-api': 'functions/ai/api.ts',
  'ai-ingest': 'functions/ai/ingest.ts',
  'ai-generate': 'functions/ai/generate.ts',
  'ai-sweep': 'functions/ai/sweep.ts',
  'channel-api': 'functions/channel/api.ts',
  'channel-socket': 'functions/channel/socket.ts',
  'channel-sweep-connections': 'functions/channel/sweep-connections.ts',
  migrate: 'shared/database/migrate-handler.ts',
} as const satisfies Record<string, string>;

export type FunctionName = keyof typeof FUNCTION_ENTRIES;

/** Programs of layers. What lies in `layers/<layer>` of the build appears under /opt of the functions that use it. */
export const LAYER_PROGRAMS: Readonly<Record<string, string>> = {
  'layers/extractor/extractor/extract': 'layers/extractor/extract.ts',
};

/** Where a build lies: one folder per function and layer, each of them an asset of the stack. */
export const DEFAULT_BUILD_FOLDER = `${PROJECT_ROOT}.build`;
