import { APIError } from './api-error.ts';

/** The same answer for an unknown id, another tenant's id and an unknown path. */
export class NotFoundError extends APIError {
  override readonly name = 'NotFoundError';

  constructor() {
    super('NOT_FOUND', 'There is nothing here.');
  }
}
