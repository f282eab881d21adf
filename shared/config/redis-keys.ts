const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Every key of a creator is `creator:{<uuid>}:<name>`. The braces are literal: they are the cluster's hash tag, so
 * one creator's keys share a slot and a script may touch several of them.
 *
 * @throws TypeError when `creatorId` is no lower-case UUID
 */
export function creatorKey(creatorId: string, ...name: readonly string[]): string {
  if (!UUID.test(creatorId)) throw new TypeError('a Redis key needs the id of a creator');
  return `creator:{${creatorId}}:${name.join(':')}`;
}

/** What must exist before a tenant is known. A closed list: a new entry is a decision. */
const PLATFORM_NAMES = ['limit', 'socket', 'ticket', 'metrics', 'breaker', 'ready'] as const;
export type PlatformName = (typeof PLATFORM_NAMES)[number];

/** `platform:<name>:…`: a key that belongs to no creator, and shares a slot with no other. */
export function platformKey(name: PlatformName, ...rest: readonly string[]): string {
  return ['platform', name, ...rest].join(':');
}
