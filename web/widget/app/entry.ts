import { ChannelApi, ChannelApiError } from './channel-api.ts';
import type { ReadHistory } from './history.ts';
import type { SocketAddress } from './protocol.ts';

export interface EntryOptions {
  readonly apiBase: string;
  readonly widgetId: string;
  /** The visitor is in another conversation than before: frame numbers begin anew. */
  readonly onOther: () => void;
  /** An earlier conversation of the tab goes on: what was said in it. */
  readonly onHistory: (history: ReadHistory) => void;
}

/** How the visitor comes into a conversation, and back into it after the line was lost. */
export class Entry {
  readonly api: ChannelApi;
  readonly #options: EntryOptions;
  #conversationId: string | undefined;
  #isIn = false;

  constructor(options: EntryOptions) {
    this.#options = options;
    this.api = new ChannelApi(options.apiBase, options.widgetId, (id) => this.#enter(id));
  }

  /** @throws ChannelApiError, or TypeError without a network */
  async nextAddress(): Promise<SocketAddress> {
    if (!this.#isIn) return this.#begin();
    return this.api.newTicket().catch((error: unknown) => {
      if (!(error instanceof ChannelApiError) || error.status !== 404) throw error;
      this.leave(); // Erased, from another tab perhaps.
      return this.#begin();
    });
  }

  async readHistory(): Promise<ReadHistory> {
    const { messages, lastSeq } = await this.api.history();
    return { stored: messages, lastSeq };
  }

  /** The conversation is gone; the next address belongs to a new one. */
  leave(): void {
    this.api.forget();
    this.#isIn = false;
    this.#conversationId = undefined;
    this.#options.onOther();
  }

  async #begin(): Promise<SocketAddress> {
    const continues = this.api.hasSession;
    const { socket } = await this.api.startSession();
    if (continues) this.#options.onHistory(await this.readHistory());
    this.#isIn = true;
    return socket;
  }

  #enter(conversationId: string): void {
    const isOther = this.#conversationId !== undefined && this.#conversationId !== conversationId;
    this.#conversationId = conversationId;
    if (isOther) this.#options.onOther();
  }
}
