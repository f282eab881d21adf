import type * as z from 'zod';
import { APIError } from './api-error.ts';

export interface InvalidField {
  /** Dotted path into the body, query or path parameters; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A field or parameter that the request may not hold. */
export const unknownField = (path: string): InvalidField => ({ path, message: 'Not known here.' });

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
    for (const field of error.issues.flatMap(fieldsOf)) {
      if (!fields.has(field.path)) fields.set(field.path, field);
    }
    return new ValidationError([...fields.values()], undefined, about);
  }
}

/** So many are enough to see what is wrong; a body may hold tens of thousands. */
const MAX_UNKNOWN_FIELDS = 20;

function fieldsOf(issue: z.core.$ZodIssue): InvalidField[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }];
  return issue.keys.slice(0, MAX_UNKNOWN_FIELDS).map((key) => unknownField([...path, key].join('.')));
}
