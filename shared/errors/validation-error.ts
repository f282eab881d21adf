import type * as z from 'zod';
import { APIError } from './api-error.ts';

export interface InvalidField {
  /** Dotted path into the body, query or path parameters; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A request that does not fit its schema; `details.fields` tells where. */
export class ValidationError extends APIError {
  override readonly name = 'ValidationError';

  constructor(fields: readonly InvalidField[], message = 'The request is not valid.') {
    super('VALIDATION_FAILED', message, { details: { fields } });
  }

  static fromZod(error: z.ZodError): ValidationError {
    return new ValidationError(
      error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
    );
  }
}
