import * as z from 'zod';
import { type ErrorCode, STATUS_OF_CODE } from '../errors/error-codes.ts';
import { ErrorEnvelope } from '../errors/error-envelope.ts';
import type { Access, Route } from './route.ts';

type DescribedRoute = Omit<Route<never>, 'run'>;

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly paths: Record<string, Record<string, unknown>>;
  readonly [section: string]: unknown;
}

/** The OpenAPI 3.1 document of these routes: what the router checks is what the document says. */
export function openApiDocument(routes: readonly DescribedRoute[], version = '1'): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describe(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Understudy',
      version,
      description: 'An assistant that answers visitors from its creator’s sources.',
    },
    paths,
    components: {
      schemas: { Error: jsonSchema(ErrorEnvelope, 'output') },
      securitySchemes: {
        creator: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token, or an API key that begins with uk_.',
        },
        visitor: { type: 'http', scheme: 'bearer', description: 'A session token of one widget.' },
      },
    },
  };
}

function describe(route: DescribedRoute): Record<string, unknown> {
  const { params, query, body } = route.input;
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query), ...keyParameter(route)];
  return {
    operationId: operationId(route),
    tags: [route.path.split('/')[2] ?? 'operations'],
    summary: route.summary,
    ...securityOf(route.permission),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: isNeeded(body), content: jsonContent(jsonSchema(body, 'input')) } }),
    responses: { ...successOf(route), ...errorsOf(route) },
  };
}

/** No body counts as an empty object. */
const isNeeded = (body: z.ZodType) => !body.safeParse({}).success;

function operationId(route: DescribedRoute): string {
  return `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())}`;
}

function securityOf(permission: Access): Record<string, unknown> {
  if (permission === 'public') return { security: [] };
  if (permission === 'visitor') return { security: [{ visitor: [] }] };
  return {
    security: [{ creator: [] }],
    ...(permission !== 'creator' && { 'x-permission': permission, description: `Needs the permission ${permission}.` }),
  };
}

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined): unknown[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function keyParameter(route: DescribedRoute): unknown[] {
  if (!route.idempotent) return [];
  return [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }];
}

function successOf(route: DescribedRoute): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(route.output).map(([status, schema]) => [
      status,
      { description: 'Done.', ...(schema && { content: successContent(schema) }) },
    ]),
  );
}

/** What is text itself is sent as text, as the metrics are. */
function successContent(schema: z.ZodType): Record<string, unknown> {
  const described = jsonSchema(schema, 'input');
  return described.type === 'string' ? { 'text/plain': { schema: described } } : jsonContent(described);
}

/** The refusals that follow from how the route is declared, and those it names; any of them carries the same envelope. */
function errorsOf(route: DescribedRoute): Record<string, unknown> {
  const content = jsonContent({ $ref: '#/components/schemas/Error' });
  const byStatus = Map.groupBy(new Set(codesOf(route)), (code) => STATUS_OF_CODE[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: codes.join(', '), content }]),
  );
}

/** A body is looked at on every route: one that takes none refuses it. */
function codesOf({ permission, input, idempotent, refuses }: DescribedRoute): ErrorCode[] {
  const anywhere = ['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'RATE_LIMITED'] as const;
  return [
    ...anywhere,
    ...(permission === 'public' ? [] : (['AUTHENTICATION_REQUIRED'] as const)),
    ...(permission === 'public' || permission === 'creator' ? [] : (['PERMISSION_DENIED'] as const)),
    ...(permission === 'visitor' ? (['ORIGIN_NOT_ALLOWED', 'NOT_FOUND'] as const) : []),
    ...(input.params ? (['NOT_FOUND'] as const) : []),
    ...(idempotent ? (['CONFLICT'] as const) : []),
    ...refuses,
    ...(['INTERNAL_ERROR', 'DEPENDENCY_UNAVAILABLE'] as const),
  ];
}

const jsonContent = (schema: unknown) => ({ 'application/json': { schema } });

/** Answers are described by what goes into their schemas too: transforms there only turn dates into text. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: target }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(target, { type: 'string', format: 'date-time' });
      if (target.format !== undefined) delete target.pattern; // The name of the format says it all, and in one line.
      collapseEqualMembers(target);
    },
  });
  return rest;
}

/** A time may enter an answer as text or as a date: on the wire both are the same text. */
function collapseEqualMembers(target: z.core.JSONSchema.BaseSchema): void {
  const members = target.anyOf;
  if (!members || new Set(members.map((member) => JSON.stringify(member))).size > 1) return;
  delete target.anyOf;
  Object.assign(target, members[0]);
}
