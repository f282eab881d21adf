/** Stands in until the function is written. */
export async function handler(): Promise<unknown> {
  const error = {
    code: 'DEPENDENCY_UNAVAILABLE',
    message: 'Not built yet.',
    details: {},
    timestamp: new Date().toISOString(),
    request_id: '',
  };
  return { statusCode: 503, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ error }) };
}
