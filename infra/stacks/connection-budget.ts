import type { FunctionName } from '../build/function-entries.ts';

/**
 * Database connections that one instance of a function opens at most. An instance on Lambda has one event at a time:
 * one connection does the work, a second answers what runs beside it, a third where retrieval searches side by side.
 */
export const POOL_SIZES = {
  'auth-api': 2,
  'auth-rotate-keys': 2,
  'auth-warn-spending': 1,
  'hub-api': 2,
  'hub-seal-audit': 2,
  'ai-api': 3,
  'ai-ingest': 3,
  'ai-generate': 3,
  'ai-sweep': 2,
  'channel-api': 2,
  'channel-socket': 2,
  'channel-sweep-connections': 2,
  migrate: 1,
} as const satisfies Record<FunctionName, number>;

/** Of the database's connections; the rest is for migrations, for the server itself and for whoever has to look. */
const SHARE = 0.7;
/** Functions that are started by a clock: one instance, now and then two. */
const SCHEDULED: readonly FunctionName[] = [
  'auth-rotate-keys',
  'auth-warn-spending',
  'hub-seal-audit',
  'ai-sweep',
  'channel-sweep-connections',
];

export interface ConnectionBudget {
  readonly planned: number;
  readonly allowed: number;
  /** Functions that need connections and have no limit to their instances. */
  readonly unbounded: readonly FunctionName[];
}

/** Whether the database bears it when every function runs as often as it may, each connection held to itself. */
export function connectionBudget(
  reserved: Readonly<Partial<Record<FunctionName, number>>>,
  maxConnections: number,
): ConnectionBudget {
  const names = Object.keys(POOL_SIZES) as FunctionName[];
  const instances = (name: FunctionName) =>
    reserved[name] ?? (SCHEDULED.includes(name) ? 2 : name === 'migrate' ? 1 : 0);
  return {
    planned: names.reduce((sum, name) => sum + instances(name) * POOL_SIZES[name], 0),
    allowed: Math.floor(maxConnections * SHARE),
    unbounded: names.filter((name) => instances(name) === 0),
  };
}
