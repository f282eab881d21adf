import { NotFoundError } from './not-found-error.ts';

/** @throws NotFoundError for what is absent, be it unknown or another tenant's */
export function orNotFound<T>(thing: T | undefined): T {
  if (thing === undefined) throw new NotFoundError();
  return thing;
}
