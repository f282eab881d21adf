import { ChannelApiError } from './channel-api.ts';
import { Connection, type ConnectionState } from './connection.ts';
import * as talk from './conversation.ts';
import { Entry } from './entry.ts';
import { fromHistory, type ReadHistory } from './history.ts';
import { PendingWatch } from './pending-watch.ts';
import type { ErrorBody, NumberedFrame, ServerFrame, SocketAddress } from './protocol.ts';
import { ShutOut } from './shut-out.ts';
import { uuid } from './uuid.ts';

export interface SessionView {
  readonly conversation: talk.Conversation;
  readonly connection: ConnectionState;
  /** The code of an error that stands in the way of everything. */
  readonly problem: string | undefined;
}

/** Reasons of `closing` that take away the right to be here. */
const DISMISSALS = ['origin_not_allowed', 'widget_switched_off', 'conversation_gone'];

/** How long nobody looks before the socket is given up; a running answer is waited for. */
const LEAVE_AFTER_MS = 3 * 60_000;

/**
 * One visitor's conversation: keeps what was asked until the service has it, resumes by frame number after a
 * dropped socket, and tells its view of things to one listener.
 */
export class Session {
  readonly #listener: (view: SessionView) => void;
  readonly #entry: Entry;
  readonly #connection: Connection;
  /** A socket can be well while nobody hears what is said on it: another one may do better. */
  readonly #pendingWatch = new PendingWatch(() => this.#connection.renew());
  readonly #shutOut = new ShutOut(() => this.#entry.api.isWell());
  readonly #cancelled = new Set<string>();
  /** Questions of another tab that the history has been asked for. */
  readonly #foreign = new Set<string>();
  #view: SessionView = { conversation: talk.EMPTY, connection: 'closed', problem: undefined };
  /** Where a gap was asked to be filled last. */
  #resumedAfter: number | undefined;
  #leaveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(apiBase: string, widgetId: string, listener: (view: SessionView) => void) {
    this.#listener = listener;
    this.#entry = new Entry({
      apiBase,
      widgetId,
      onOther: () => this.#startOver(this.#view.conversation.messages.filter(talk.isPending)),
      onHistory: (history) => this.#showHistory(history, true),
    });
    this.#connection = new Connection({
      nextAddress: () => this.#nextAddress(),
      onOpen: () => this.#synchronise(),
      onFrame: (frame) => this.#receive(frame),
      onState: (connection) => this.#show({ connection }),
    });
  }

  /** Somebody looks at the conversation, or nobody does any more. */
  attend(attended: boolean): void {
    clearTimeout(this.#leaveTimer);
    if (attended) this.#connection.start();
    else
      this.#leaveTimer = setTimeout(
        () => (this.#isBusy ? this.attend(false) : this.#connection.stop()),
        LEAVE_AFTER_MS,
      );
  }

  /** Nobody will ever look again. */
  end(): void {
    clearTimeout(this.#leaveTimer);
    this.#connection.stop();
  }

  /** What cannot be stored (NUL, halves of characters) is left out; nothing is asked where nothing is left. */
  ask(text: string): void {
    const question = String(text).replaceAll('\0', '').toWellFormed().trim();
    if (question) this.#send(uuid(), question);
  }

  /** Sends a question once more under its own id: it is stored once, however often it arrives. */
  askAgain({ key, text }: talk.VisitorMessage): void {
    this.#send(key, text);
  }

  cancel(turnId: string): void {
    this.#cancelled.add(turnId);
    this.#connection.send({ action: 'cancel', turn_id: turnId });
  }

  /** Shown at once, and taken back when it could not be stored: then false. */
  async rate({ turnId, messageId, rating: before }: talk.AssistantMessage, rating: 'up' | 'down'): Promise<boolean> {
    if (!messageId || before === rating) return true;
    const show = (shown: typeof before) =>
      this.#show({ conversation: talk.withRating(this.#view.conversation, turnId, shown) });
    show(rating);
    try {
      await this.#entry.api.rate(messageId, rating);
      return true;
    } catch {
      show(before);
      return false;
    }
  }

  /** Erases the conversation with the service and begins a new one; false when that did not work. */
  async restart(): Promise<boolean> {
    this.#connection.stop();
    try {
      await this.#entry.api.erase();
      this.#entry.leave();
      this.#startOver([]);
      return true;
    } catch {
      return false;
    } finally {
      this.#connection.start();
    }
  }

  #send(id: string, text: string): void {
    this.#show({ conversation: talk.withQuestion(this.#view.conversation, id, text) });
    this.#connection.send({ action: 'message', client_message_id: id, text });
    this.#connection.start();
  }

  get #isBusy(): boolean {
    return this.#view.conversation.messages.some((message) => talk.isPending(message) || talk.isRunning(message));
  }

  async #nextAddress(): Promise<SocketAddress> {
    try {
      const address = await this.#entry.nextAddress();
      this.#shutOut.letIn();
      this.#show({ problem: undefined });
      return address;
    } catch (error) {
      if (await this.#shutOut.explains(error)) {
        this.#show({ problem: 'ORIGIN_NOT_ALLOWED' });
        this.#connection.stop();
      } else if (error instanceof ChannelApiError && error.status < 500) {
        this.#show({ problem: error.code });
        if (error.status === 403 || error.status === 404) this.#connection.stop();
      }
      throw error;
    }
  }

  #startOver(messages: readonly talk.Message[]): void {
    this.#resumedAfter = undefined;
    this.#cancelled.clear();
    this.#show({ conversation: { messages, lastSeq: 0 } });
  }

  /** Asks for everything above what is shown; from then on the socket is live. Then comes what could not be sent. */
  #synchronise(): void {
    const { messages, lastSeq } = this.#view.conversation;
    this.#connection.send({ action: 'resume', after_seq: lastSeq });
    for (const { key, text } of messages.filter(talk.isPending)) {
      this.#connection.send({ action: 'message', client_message_id: key, text });
    }
    for (const turnId of this.#cancelled) this.#connection.send({ action: 'cancel', turn_id: turnId });
  }

  #receive(frame: ServerFrame): void {
    if ('seq' in frame) this.#receiveNumbered(frame);
    else if (frame.type === 'error') this.#receiveError(frame.error);
    else if (frame.type === 'reset') void this.#reload(false);
    else if (frame.type === 'closing') this.#takeLeave(frame.reason);
  }

  #takeLeave(reason: string): void {
    if (DISMISSALS.includes(reason)) this.#shutOut.dismiss();
    else if (reason === 'conversation_erased') this.#entry.leave();
    else return;
    this.#connection.renew();
  }

  #receiveNumbered(frame: NumberedFrame): void {
    if (this.#isMissingSomething(frame.seq)) return;
    const isForeign = frame.type === 'accepted' && !talk.knowsQuestion(this.#view.conversation, frame);
    this.#show({ conversation: talk.withFrame(this.#view.conversation, frame) });
    if (frame.type === 'completed' || frame.type === 'failed') this.#cancelled.delete(frame.turn_id);
    if (!isForeign || this.#foreign.has(frame.message_id)) return;
    this.#foreign.add(frame.message_id);
    void this.#reload(true);
  }

  /** An error about a question marks it; others are mended by coming back, if they are the service's. */
  #receiveError({ code, details }: ErrorBody): void {
    const about = details?.client_message_id;
    if (code === 'NOT_FOUND')
      this.#takeLeave('conversation_gone'); // The next ticket tells whether another may begin.
    else if (typeof about === 'string') {
      this.#show({ conversation: talk.withRefusal(this.#view.conversation, about, code) });
    } else if (/INTERNAL|UNAVAILABLE|UPSTREAM|RATE_LIMITED/.test(code)) {
      const seconds = details?.retry_after_seconds;
      this.#connection.renew(typeof seconds === 'number' ? seconds * 1_000 : 0);
    }
    if (typeof about !== 'string') this.#cancelled.clear();
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

  /** What was said is read by REST, and the socket goes on from there. */
  async #reload(fromStart: boolean): Promise<void> {
    try {
      this.#showHistory(await this.#entry.readHistory(), fromStart);
      this.#connection.send({ action: 'resume', after_seq: this.#view.conversation.lastSeq });
    } catch {
      this.#connection.renew();
    }
  }

  #showHistory(history: ReadHistory, fromStart: boolean): void {
    const { conversation } = this.#view;
    this.#show({ conversation: fromHistory(history, conversation, { fromStart, now: Date.now() }) });
  }

  #show(change: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...change };
    this.#connection.busy = this.#isBusy;
    this.#pendingWatch.note(this.#view.conversation.messages.some(talk.isPending), this.#view.connection === 'open');
    this.#listener(this.#view);
  }
}
