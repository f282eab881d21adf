/** The contract's frames and shapes, as far as the widget reads them. */

export interface Citation {
  readonly n: number;
  readonly document_id: string;
  readonly chunk_id: string;
  readonly title: string;
  readonly url: string | null;
  readonly page: number | null;
  readonly snippet: string;
}

export interface ErrorBody {
  readonly code: string;
  /** An error about one message names it here. */
  readonly details?: { readonly client_message_id?: unknown; readonly retry_after_seconds?: unknown };
}

export type NumberedFrame = { readonly seq: number } & (
  | {
      readonly type: 'accepted';
      readonly client_message_id: string;
      readonly message_id: string;
      readonly turn_id: string;
    }
  | { readonly type: 'queued'; readonly turn_id: string; readonly position: number }
  | { readonly type: 'restarted'; readonly turn_id: string }
  | { readonly type: 'delta'; readonly turn_id: string; readonly text: string }
  | { readonly type: 'citations'; readonly turn_id: string; readonly citations: readonly Citation[] }
  | {
      readonly type: 'completed';
      readonly turn_id: string;
      readonly message_id: string;
      readonly refused: boolean;
      readonly finish_reason: 'stop' | 'length' | 'cancelled';
      readonly text: string;
    }
  | { readonly type: 'failed'; readonly turn_id: string; readonly error: ErrorBody }
);

export type ControlFrame =
  | { readonly type: 'pong' }
  | { readonly type: 'error'; readonly error: ErrorBody }
  | { readonly type: 'reset'; readonly last_seq: number }
  | { readonly type: 'closing'; readonly reason: string };

export type ServerFrame = NumberedFrame | ControlFrame;

export interface StoredMessage {
  readonly id: string;
  readonly turn_id: string | null;
  readonly role: 'visitor' | 'assistant' | 'agent';
  readonly text: string;
  readonly refused: boolean;
  readonly citations: readonly Citation[];
  readonly feedback: 'up' | 'down' | null;
  readonly created_at: string;
}

export interface SocketAddress {
  readonly url: string;
  readonly ticket: string;
}

/** The contract's limit on a visitor's message. */
export const MAX_MESSAGE_CHARACTERS = 4_000;
