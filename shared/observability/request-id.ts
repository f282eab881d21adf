import { randomUUID } from 'node:crypto';

const WELL_FORMED = /^[A-Za-z0-9._-]{8,64}$/;

/** A well-formed id is taken over verbatim, anything else is replaced by a new UUID. */
export function requestIdFrom(candidate: string | null | undefined): string {
  return candidate && WELL_FORMED.test(candidate) ? candidate : randomUUID();
}
