import type { SocketAddress, StoredMessage } from './protocol.ts';

export class ChannelApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Session {
  readonly session_token: string;
  readonly conversation_id: string;
  readonly socket: SocketAddress;
}

interface History {
  readonly data: readonly StoredMessage[];
  readonly next_cursor: string | null;
  readonly last_seq: number;
}

/** The REST half of the channel, as one visitor of one widget. */
export class ChannelApi {
  readonly #apiBase: string;
  readonly #widgetId: string;
  #token: string | undefined;

  constructor(apiBase: string, widgetId: string) {
    this.#apiBase = apiBase;
    this.#widgetId = widgetId;
    this.#token = readToken(widgetId);
  }

  /** True when a conversation of an earlier page view may be continued. */
  get hasEarlierSession(): boolean {
    return this.#token !== undefined;
  }

  async startSession(): Promise<Session> {
    const body = this.#token ? { session_token: this.#token } : {};
    const session = await this.#call<Session>('POST', `/widgets/${this.#widgetId}/sessions`, body).catch(
      (error: unknown) => {
        // A token that makes no sense is no reason to fail: the visitor starts anew. A limit or a switched-off widget
        // says nothing about the token, and the conversation must outlast both.
        if (!(error instanceof ChannelApiError) || !this.#token || error.status !== 400) throw error;
        this.forget();
        return this.#call<Session>('POST', `/widgets/${this.#widgetId}/sessions`, {});
      },
    );
    this.#token = session.session_token;
    storeToken(this.#widgetId, session.session_token);
    return session;
  }

  newTicket(): Promise<SocketAddress> {
    return this.#call<SocketAddress>('POST', '/tickets', {});
  }

  /** The whole conversation, oldest first, and the number of its latest frame. */
  async history(): Promise<{ messages: StoredMessage[]; lastSeq: number }> {
    const messages: StoredMessage[] = [];
    let cursor: string | null = null;
    let lastSeq = 0;
    do {
      const query: string = cursor ? `?limit=100&cursor=${encodeURIComponent(cursor)}` : '?limit=100';
      const page: History = await this.#call<History>('GET', `/messages${query}`);
      messages.push(...page.data);
      cursor = page.next_cursor;
      lastSeq = page.last_seq;
    } while (cursor);
    return { messages, lastSeq };
  }

  rate(messageId: string, rating: 'up' | 'down'): Promise<void> {
    return this.#call('PUT', `/messages/${messageId}/feedback`, { rating });
  }

  async erase(): Promise<void> {
    await this.#call('DELETE', '/conversation');
    this.forget();
  }

  forget(): void {
    this.#token = undefined;
    storeToken(this.#widgetId, undefined);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#apiBase}/v1/channel${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(this.#token && { Authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
    const error = readError(text);
    throw new ChannelApiError(answer.status, error.code, error.message);
  }
}

function readError(text: string): { code: string; message: string } {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return { code: error.code, message: error.message };
  } catch {
    return { code: 'UPSTREAM_FAILED', message: 'The service gave no readable answer.' };
  }
}

/** Kept for the tab only, and only once the visitor has opened the widget. Blocked storage is no error. */
const storageKey = (widgetId: string) => `understudy:${widgetId}`;

function readToken(widgetId: string): string | undefined {
  try {
    return sessionStorage.getItem(storageKey(widgetId)) ?? undefined;
  } catch {
    return undefined;
  }
}

function storeToken(widgetId: string, token: string | undefined): void {
  try {
    if (token) sessionStorage.setItem(storageKey(widgetId), token);
    else sessionStorage.removeItem(storageKey(widgetId));
  } catch {
    // The conversation then lasts as long as the page does.
  }
}
