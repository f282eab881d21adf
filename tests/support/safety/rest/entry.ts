import type { RestRequest } from '../../rest-event.ts';
import type { Actor } from './actors.ts';
import type { Services } from './services.ts';

export interface Scene {
  readonly services: Services;
  /** Whose call it is. */
  readonly actor: Actor;
}

/** What the matrix must know of a route; a route without an entry makes the suite fail. */
export interface RouteEntry {
  /** A new thing of this creator's that the path names, and whose token it needs. For routes with an id in their path. */
  readonly own?: (scene: Scene) => Promise<string | { readonly id: string; readonly token: string }>;
  /** What makes the call succeed with good credentials. */
  readonly request?: (scene: Scene) => RestRequest | Promise<RestRequest>;
  /** The same call about a thing that is named elsewhere than in the path. */
  readonly naming?: (id: string, scene: Scene) => RestRequest;
  readonly succeeds: number;
  /** The action that the audit trail tells of, or why it tells nothing. */
  readonly audits: string | { readonly nothing: string };
  /** It ends the caller's session: the caller is a new one then. */
  readonly endsSession?: boolean;
}

export const READS = { nothing: 'reads what the creator owns' };
export const PUBLIC_READ = { nothing: 'reads what is public' };
