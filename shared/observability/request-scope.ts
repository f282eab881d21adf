import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line, outgoing call and queue message of one request carries. */
export interface RequestScope {
  readonly requestId: string;
  readonly service: string;
  /** Set once the route or event is known. */
  route?: string;
  /** Set once the credential is known. */
  creatorId?: string;
  /** When the Lambda will be ended, in epoch milliseconds; outgoing calls never wait past it. */
  readonly deadlineAtMs?: number;
  /** Set once it is known whether the page may read the answer, be it an error. */
  mayPageRead?: boolean;
  /** Headers that belong to the answer whichever way it ends, such as the origin that may read it. */
  responseHeaders?: Readonly<Record<string, string>>;
  /** How the caller's limit stands, likewise. */
  limitHeaders?: Readonly<Record<string, string>>;
}

const storage = new AsyncLocalStorage<RequestScope>();

/** The host may run many events in one instance, so the scope lives here and never in module state. */
export function runInScope<T>(scope: RequestScope, work: () => T): T {
  return storage.run(scope, work);
}

/** Whose the request is, once that is known: its log lines tell it from here on. */
export function noteCreator(creatorId: string): void {
  const scope = storage.getStore();
  if (scope) scope.creatorId = creatorId;
}

/** The scope of the request or message that this code runs for; undefined outside of one. */
export function currentScope(): RequestScope | undefined {
  return storage.getStore();
}

/** Milliseconds until the Lambda that this code runs in is ended; Infinity outside of one. */
export function timeLeftMs(): number {
  return (storage.getStore()?.deadlineAtMs ?? Number.POSITIVE_INFINITY) - Date.now();
}
