import { inject } from 'vitest';
import type { Endpoints, RunningHost } from './running-host.ts';

let own: Endpoints | undefined;

/** Where this test file's requests go: the host of the whole run, unless the file has started its own. */
export function endpoints(): Endpoints {
  return own ?? inject('endpoints');
}

/** From now on this file's requests go to its own host. */
export function useHost(host: RunningHost): void {
  own = host.endpoints;
}
