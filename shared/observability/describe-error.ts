import { APIError } from '../errors/api-error.ts';

/** An error as the log shows it. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** Of the operating system, Postgres (SQLSTATE), HTTP or ours. */
  readonly code?: string;
  /** What of the database refused. */
  readonly constraint?: string;
  readonly table?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const MAX_MESSAGE = 300;
const MAX_CAUSES = 4;
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\u201c[^\u201d]*\u201d|"[^"]*$/g;
const EMAIL = /[^\s@<>()]+@[^\s@<>()]+/g;

/**
 * What may be logged of an error. Drivers put the data they choked on into their errors: Postgres a whole row into
 * `detail`, ioredis a command with its arguments, `JSON.parse` a piece of the text. So of a foreign error only known
 * attributes are taken, and what its message quotes is left out; of the stack only where, not what.
 */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) return { name: 'Thrown', message: maskData(String(thrown)) };
  const { code, constraint, table } = thrown as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    name: thrown.name,
    message: thrown instanceof APIError ? thrown.message : messageOf(thrown),
    ...(typeof code === 'string' && { code: code.slice(0, 60) }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    ...(thrown.stack && { stack: framesOf(thrown.stack) }),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES && { cause: describeError(thrown.cause, depth + 1) }),
  };
}

/** A foreign text without what it quotes and without addresses, and not longer than a line. */
export function maskData(text: string): string {
  return text.replaceAll(QUOTED, '"…"').replaceAll(EMAIL, '…').slice(0, MAX_MESSAGE);
}

/** Of zod's errors the places and the kinds; its message is a JSON text that quotes. */
function messageOf(error: Error): string {
  const { issues } = error as { issues?: unknown };
  if (!Array.isArray(issues)) return maskData(error.message);
  const told = issues.map((issue: { path?: unknown[]; code?: string }) => `${issue.path?.join('.')}: ${issue.code}`);
  return told.join(', ').slice(0, MAX_MESSAGE);
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
