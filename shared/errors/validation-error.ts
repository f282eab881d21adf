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

  /** `about` joins the details: what else tells the client which of its requests is meant. */
  constructor(
    fields: readonly InvalidField[],
    message = 'The request is not valid.',
    about: Readonly<Record<string, unknown>> = {},
  ) {
    super('VALIDATION_FAILED', message, { details: { ...about, fields } });
  }

  /** Of a field that fails more than one rule, the first: the others follow from it. */
  static fromZod(error: z.ZodError, about?: Readonly<Record<string, unknown>>): ValidationError {
    const fields = new Map<string, InvalidField>();
    for (const { path, message } of error.issues) {
      const name = path.map(String).join('.');
      if (!fields.has(name)) fields.set(name, { path: name, message });
    }
    return new ValidationError([...fields.values()], undefined, about);
  }
}
