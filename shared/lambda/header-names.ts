import type { APIGatewayProxyEvent } from 'aws-lambda';

/** Headers by their names in lower case, as HTTP compares them (RFC 9110, 5.1). */
export function lowerCaseNames(headers: APIGatewayProxyEvent['headers'] | null): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}
