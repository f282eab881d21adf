import type { ErrorBody, SocketAddress, StoredMessage } from './protocol.ts';
import { SessionToken } from './session-token.ts';

export class ChannelApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** How long the service wants to be left alone. */
  readonly retryAfterMs: number;
  constructor(status: number, code: string, retryAfterMs: number) {
    super(code);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
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

const WITHIN_MS = 20_000;

/** The REST half of the channel, as one visitor of one widget. */
export class ChannelApi {
  readonly #base: string;
  readonly #widgetId: string;
  readonly #onConversation: (id: string) => void;
  readonly #token: SessionToken;
  #opening: Promise<Session> | undefined;

  /** `onConversation` is told which conversation the visitor is in, whenever a session begins. */
  constructor(apiBase: string, widgetId: string, onConversation: (id: string) => void = () => {}) {
    this.#base = `${apiBase}/v1/channel`;
    this.#widgetId = widgetId;
    this.#onConversation = onConversation;
    this.#token = new SessionToken(widgetId);
  }

  /** True when a conversation of an earlier page view may be continued. */
  get hasSession(): boolean {
    return this.#token.value !== undefined;
  }

  /** Begins a conversation, or goes on with the one that the kept token belongs to. */
  startSession(): Promise<Session> {
    this.#opening ??= this.#openSession().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Whether the service says of itself that all is well; every page may read that, one without a right too. */
  async isWell(): Promise<boolean> {
    return fetch(`${this.#base}/ready`, { signal: AbortSignal.timeout(WITHIN_MS) }).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  newTicket(): Promise<SocketAddress> {
    return this.#authorised('POST', '/tickets', {});
  }

  /** The whole conversation, oldest first, and the number of its latest frame when the first page was read. */
  async history(): Promise<{ messages: StoredMessage[]; lastSeq: number }> {
    const messages: StoredMessage[] = [];
    let cursor: string | null = null;
    let lastSeq: number | undefined;
    do {
      const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page: History = await this.#authorised('GET', `/messages?limit=100${query}`);
      messages.push(...page.data);
      cursor = page.next_cursor;
      lastSeq ??= page.last_seq;
    } while (cursor);
    return { messages, lastSeq: lastSeq ?? 0 };
  }

  rate(messageId: string, rating: 'up' | 'down'): Promise<void> {
    return this.#authorised('PUT', `/messages/${messageId}/feedback`, { rating });
  }

  /** A conversation that is gone already counts as erased. */
  async erase(): Promise<void> {
    if (this.hasSession) {
      await this.#authorised('DELETE', '/conversation').catch((error: unknown) => {
        if (!(error instanceof ChannelApiError) || error.status !== 404) throw error;
      });
    }
    this.forget();
  }

  forget(): void {
    this.#token.value = undefined;
  }

  async #openSession(): Promise<Session> {
    const path = `/widgets/${this.#widgetId}/sessions`;
    const session_token = this.#token.value;
    const session = await this.#call<Session>('POST', path, session_token ? { session_token } : {}).catch(
      (error: unknown) => {
        // A token that makes no sense is no reason to fail: the visitor starts anew. A limit or a switched-off widget
        // says nothing about the token, and the conversation must outlast both.
        if (!session_token || !(error instanceof ChannelApiError) || error.status !== 400) throw error;
        return this.#call<Session>('POST', path, {});
      },
    );
    this.#token.value = session.session_token;
    this.#onConversation(session.conversation_id);
    return session;
  }

  /** Session tokens last an hour; a page may be open for longer. */
  async #authorised<T>(method: string, path: string, body?: object): Promise<T> {
    return this.#call<T>(method, path, body).catch(async (error: unknown) => {
      if (!(error instanceof ChannelApiError) || error.status !== 401) throw error;
      await this.startSession();
      return this.#call<T>(method, path, body);
    });
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const token = path.startsWith('/widgets/') ? undefined : this.#token.value;
    const answer = await fetch(this.#base + path, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const text = await answer.text();
    if (answer.ok) return (text ? JSON.parse(text) : undefined) as T;
    const seconds = Number(answer.headers.get('Retry-After') ?? 0);
    throw new ChannelApiError(answer.status, codeIn(text), (Number.isFinite(seconds) ? seconds : 0) * 1000);
  }
}

function codeIn(text: string): string {
  try {
    return (JSON.parse(text) as { error: ErrorBody }).error.code;
  } catch {
    return 'UPSTREAM_FAILED';
  }
}
