/** Calls the public REST API as any client would. */
export interface DemoClient {
  call(method: string, path: string, body?: unknown): Promise<DemoAnswer>;
  /** Sends this access token from now on. */
  authorize(accessToken: string): void;
}

export interface DemoAnswer {
  readonly status: number;
  readonly body: unknown;
}

const TIMEOUT_MS = 30_000;

export function createDemoClient(restUrl: string): DemoClient {
  let authorization: Record<string, string> = {};
  return {
    authorize: (accessToken) => {
      authorization = { Authorization: `Bearer ${accessToken}` };
    },
    call: async (method, path, body) => {
      const response = await fetch(`${restUrl}${path}`, {
        method,
        headers: { ...authorization, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
  };
}

/** @throws Error that names the step and what came back instead */
export function expectStatus(step: string, answer: DemoAnswer, ...wanted: readonly number[]): unknown {
  if (wanted.includes(answer.status)) return answer.body;
  const { error } = (answer.body ?? {}) as { error?: { code?: string; message?: string } };
  throw new Error(`${step} answered ${answer.status} ${error?.code ?? ''} ${error?.message ?? ''}`.trim());
}
