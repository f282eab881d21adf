import { type ChannelApi, ChannelApiError } from './channel-api.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { type Conversation, EMPTY, fromHistory, withFrame, withQuestion, withRating } from './conversation.ts';
import type { ServerFrame, SocketAddress } from './protocol.ts';

export interface SessionView {
  readonly conversation: Conversation;
  readonly connection: ConnectionState;
  /** Something the visitor should read; undefined when all is well. */
  readonly problem: string | undefined;
}

/**
 * One visitor's conversation: keeps what was asked until the service has it, resumes by frame number after a
 * dropped socket, and tells its view of things to one listener.
 */
export class Session {
  readonly #api: ChannelApi;
  readonly #listener: (view: SessionView) => void;
  readonly #connection: Connection;
  readonly #unsent = new Map<string, string>();
  #view: SessionView = { conversation: EMPTY, connection: 'closed', problem: undefined };
  #started: Promise<SocketAddress> | undefined;
  #synchronised = false;
  /** Where a gap was asked to be filled last. */
  #resumedAfter: number | undefined;

  constructor(api: ChannelApi, listener: (view: SessionView) => void) {
    this.#api = api;
    this.#listener = listener;
    this.#connection = new Connection({
      nextAddress: () => this.#nextAddress(),
      onOpen: (send) => {
        this.#synchronised = false;
        // Asks for everything above what is shown; from then on the socket is live.
        send({ action: 'resume', after_seq: this.#view.conversation.lastSeq });
        this.#synchronised = true;
        for (const [id, text] of this.#unsent) send({ action: 'message', client_message_id: id, text });
      },
      onFrame: (frame) => this.#receive(frame),
      onState: (connection) => this.#show({ connection }),
    });
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  ask(text: string): void {
    const id = crypto.randomUUID();
    this.#unsent.set(id, text);
    this.#show({ conversation: withQuestion(this.#view.conversation, id, text), problem: undefined });
    if (this.#synchronised) this.#connection.send({ action: 'message', client_message_id: id, text });
    this.start();
  }

  cancel(turnId: string): void {
    this.#connection.send({ action: 'cancel', turn_id: turnId });
  }

  async rate(turnId: string, messageId: string, rating: 'up' | 'down'): Promise<void> {
    await this.#api.rate(messageId, rating);
    this.#show({ conversation: withRating(this.#view.conversation, turnId, rating) });
  }

  /** Erases the conversation with the service and begins a new one. */
  async restart(): Promise<void> {
    this.#connection.stop();
    if (this.#started) await this.#api.erase();
    this.#started = undefined;
    this.#unsent.clear();
    this.#show({ conversation: EMPTY, problem: undefined });
    this.#connection.start();
  }

  async #nextAddress(): Promise<SocketAddress> {
    try {
      if (this.#started) {
        await this.#started;
        return await this.#api.newTicket().catch((error: unknown) => this.#renewSession(error));
      }
      return await this.#begin();
    } catch (error) {
      if (error instanceof ChannelApiError && error.status < 500) {
        this.#show({ problem: error.message });
        if (error.status === 403 || error.status === 404) this.#connection.stop();
      }
      throw error;
    }
  }

  /** The first connection of this page view; an earlier conversation of the tab is loaded before it goes on. */
  #begin(): Promise<SocketAddress> {
    const continues = this.#api.hasEarlierSession;
    this.#started = this.#api.startSession().then(async ({ socket }) => {
      if (continues) await this.#loadHistory();
      return socket;
    });
    this.#started.catch(() => {
      this.#started = undefined;
    });
    return this.#started;
  }

  /** Session tokens last an hour; a conversation may last longer. */
  async #renewSession(error: unknown): Promise<SocketAddress> {
    if (!(error instanceof ChannelApiError) || error.status !== 401) throw error;
    return (await this.#api.startSession()).socket;
  }

  async #loadHistory(): Promise<void> {
    const { messages, lastSeq } = await this.#api.history();
    this.#show({ conversation: fromHistory(messages, lastSeq, this.#view.conversation) });
  }

  #receive(frame: ServerFrame): void {
    if ('seq' in frame) {
      if (this.#isMissingSomething(frame.seq)) return;
      if (frame.type === 'accepted') this.#unsent.delete(frame.client_message_id);
      this.#show({ conversation: withFrame(this.#view.conversation, frame) });
      return;
    }
    if (frame.type === 'error') this.#show({ problem: frame.error.message });
    if (frame.type === 'reset') void this.#reload();
  }

  /**
   * A frame that leaves a gap is not shown yet: what lies between is asked for, and this one comes again with it. Asked
   * once for a place only, for a number may also have been skipped.
   */
  #isMissingSomething(seq: number): boolean {
    const { lastSeq } = this.#view.conversation;
    if (seq <= lastSeq + 1 || this.#resumedAfter === lastSeq) return false;
    this.#resumedAfter = lastSeq;
    return this.#connection.send({ action: 'resume', after_seq: lastSeq });
  }

  /** The frames we asked for are gone: what was said is read by REST, and the socket goes on from there. */
  async #reload(): Promise<void> {
    try {
      await this.#loadHistory();
      this.#connection.send({ action: 'resume', after_seq: this.#view.conversation.lastSeq });
    } catch (error) {
      this.#show({ problem: error instanceof Error ? error.message : undefined });
    }
  }

  #show(change: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...change };
    this.#listener(this.#view);
  }
}
