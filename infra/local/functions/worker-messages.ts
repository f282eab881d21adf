/** What the host sends to a function's worker thread. */
export type ToWorker =
  | {
      readonly kind: 'invoke';
      readonly id: number;
      readonly event: unknown;
      readonly requestId: string;
      readonly deadlineAtMs: number;
    }
  | { readonly kind: 'ping'; readonly id: number };

/** What the worker answers. */
export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly errorType: string; readonly message: string }
  | { readonly kind: 'pong'; readonly id: number };

export interface WorkerSettings {
  readonly modulePath: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}
