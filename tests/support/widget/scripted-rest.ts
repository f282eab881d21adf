import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { ScriptedConversation } from './scripted-conversation.ts';

export interface StageWidget {
  name: string;
  greeting: string;
  suggested_questions: string[];
  locale: string;
  theme: Record<string, unknown>;
}

export interface StageApp {
  readonly url: string;
  readonly integrity: string;
}

const WIDGET: StageWidget = {
  name: 'Sourdough School',
  greeting: 'Hello! What would you like to know?',
  suggested_questions: ['How often do I feed my starter?', 'What does the weekend class cost?'],
  locale: 'en',
  theme: { primary_color: '#1f5eff', position: 'right', radius: 12 },
};

/** The channel's REST routes for one scripted conversation, each failure written by the test. */
export class ScriptedRest {
  readonly #conversation: ScriptedConversation;
  widget: StageWidget = { ...WIDGET };
  /** The next calls of a kind (`POST sessions`, `POST tickets` …) fail with these, in order. */
  readonly failures = new Map<string, { status: number; code: string; retryAfter?: number }[]>();
  calls: { kind: string; body: unknown }[] = [];
  /** The page may not use the widget any more: whatever is answered, it may not read it. */
  isShutToPage = false;
  /** The service is in trouble: it answers what no page may read, and says so to every page that asks how it is. */
  isUnwell = false;

  constructor(conversation: ScriptedConversation) {
    this.#conversation = conversation;
  }

  reset(): void {
    this.widget = { ...WIDGET };
    this.failures.clear();
    this.calls = [];
    this.isShutToPage = false;
    this.isUnwell = false;
  }

  async serve(request: IncomingMessage, pathname: string, response: ServerResponse, app: StageApp): Promise<void> {
    const cors = {
      'Access-Control-Allow-Origin': request.headers.origin ?? '*',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
      'Access-Control-Expose-Headers': 'Retry-After',
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    const kind = `${request.method} ${pathname.split('/').findLast((part) => /^[a-z]+$/.test(part))}`;
    const text = await readText(request);
    this.calls.push({ kind, body: text ? JSON.parse(text) : undefined });
    if (kind === 'GET ready') {
      return void response.writeHead(this.isUnwell ? 503 : 200, { 'Access-Control-Allow-Origin': '*' }).end('{}');
    }
    if (this.isUnwell) return void response.writeHead(503).end();
    if (this.isShutToPage) return void response.writeHead(403).end();
    const failure = this.failures.get(kind)?.shift();
    if (failure) {
      const { status, code, retryAfter } = failure;
      const extra = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
      const body = { error: { code, message: 'Scripted.', details: {}, timestamp: '', request_id: '' } };
      return void response.writeHead(status, { ...cors, ...extra }).end(JSON.stringify(body));
    }
    const [status, body] = this.#answer(kind, pathname.split('/')[4] ?? '', request.headers.host ?? '', app);
    response.writeHead(status, { ...cors, 'Content-Type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #answer(kind: string, widgetId: string, host: string, app: StageApp): [number, unknown] {
    const socket = { url: `ws://${host}/socket`, ticket: randomUUID(), expires_in: 30 };
    const { conversationId, history, lastSeq } = this.#conversation;
    switch (kind) {
      case 'GET widgets':
        return [200, { id: widgetId, ...this.widget, app }];
      case 'POST sessions': {
        const ids = { visitor_id: randomUUID(), conversation_id: conversationId };
        return [201, { session_token: randomUUID(), expires_in: 3600, ...ids, socket }];
      }
      case 'POST tickets':
        return [201, socket];
      case 'GET messages':
        return [200, { data: history, next_cursor: null, last_seq: lastSeq }];
      case 'PUT feedback':
        return [204, undefined];
      case 'DELETE conversation':
        this.#conversation.startOver();
        return [202, { status: 'accepted' }];
      default:
        return [404, { error: { code: 'NOT_FOUND' } }];
    }
  }
}
