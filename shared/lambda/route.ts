import type * as z from 'zod';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Permission } from '../models/permission.ts';
import type { CreatorCredential, VisitorCredential } from '../security/credentials.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: anyone, a visitor with a session token, any creator, or a creator with a permission. */
export type Access = 'public' | 'visitor' | 'creator' | Permission;

type CallerFor<A extends Access> = A extends 'public'
  ? undefined
  : A extends 'visitor'
    ? VisitorCredential
    : CreatorCredential;

interface InputSchemas {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

type Parsed<S extends InputSchemas, K extends keyof InputSchemas> = S[K] extends z.ZodType ? z.output<S[K]> : undefined;

export interface Call<Use, A extends Access, S extends InputSchemas> {
  readonly params: Parsed<S, 'params'>;
  readonly query: Parsed<S, 'query'>;
  readonly body: Parsed<S, 'body'>;
  readonly caller: CallerFor<A>;
  readonly use: Use;
  readonly requestId: string;
  /** The client's address as API Gateway saw it, never from a header; what counts of it (`networkOf`). */
  readonly sourceIp: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What `run` returns when the body alone does not say it all. */
export class Reply {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(body: unknown, headers: Readonly<Record<string, string>> = {}) {
    this.body = body;
    this.headers = headers;
  }
}

export interface RouteDefinition<Use, A extends Access, S extends InputSchemas> {
  readonly method: Method;
  /** With parameters in braces: `/v1/hub/widgets/{id}`. */
  readonly path: string;
  readonly permission: A;
  /** One line for the OpenAPI document. */
  readonly summary: string;
  readonly input?: S;
  /** Exactly one success status with the schema of its body (`undefined` for an empty one). */
  readonly output: Readonly<Record<number, z.ZodType | undefined>>;
  /** Errors that its work may end with, beyond those that follow from the rest of the declaration. */
  readonly refuses?: readonly ErrorCode[];
  /** Honours `Idempotency-Key`; for POSTs that create. */
  readonly idempotent?: boolean;
  readonly run: (call: Call<Use, A, S>) => Promise<unknown> | unknown;
}

/** A route with its types forgotten, as the router and the OpenAPI writer see it. */
export interface Route<Use> {
  readonly method: Method;
  readonly path: string;
  readonly permission: Access;
  readonly summary: string;
  readonly input: InputSchemas;
  readonly output: Readonly<Record<number, z.ZodType | undefined>>;
  readonly refuses: readonly ErrorCode[];
  readonly idempotent: boolean;
  readonly run: (call: Call<Use, Access, InputSchemas>) => unknown;
}

/** `const route = routesUsing<HubUse>()` once per service, then `export const createWidget = route({ … })`. */
export function routesUsing<Use>() {
  return <A extends Access, S extends InputSchemas = Record<never, never>>(
    definition: RouteDefinition<Use, A, S>,
  ): Route<Use> => ({
    ...definition,
    input: definition.input ?? {},
    refuses: definition.refuses ?? [],
    idempotent: definition.idempotent ?? false,
    // The factory's types and the parser below it agree: what `run` receives was parsed by these very schemas.
    run: definition.run as unknown as Route<Use>['run'],
  });
}
