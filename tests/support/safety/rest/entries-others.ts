import { PAGE } from './actors.ts';
import { PUBLIC_READ, type RouteEntry, type Scene } from './entry.ts';
import { METRICS_TOKEN } from './services.ts';
import { newConversation } from './spoken-conversation.ts';

const fromPage = { headers: { Origin: PAGE } };
const widget = async ({ actor }: Scene) => actor.widgetId;

export const AI_ENTRIES: Readonly<Record<string, RouteEntry>> = {
  'POST /v1/ai/search': {
    request: () => ({ body: { query: 'When does the studio open?' } }),
    succeeds: 200,
    audits: { nothing: 'reads the creator’s own passages; usage counts it' },
  },
  'POST /v1/ai/answers': {
    request: () => ({ body: { question: 'When does the studio open?' } }),
    succeeds: 200,
    audits: { nothing: 'reads the creator’s own passages; usage counts it' },
  },
  'GET /v1/ai/models': { succeeds: 200, audits: PUBLIC_READ },
};

export const CHANNEL_ENTRIES: Readonly<Record<string, RouteEntry>> = {
  'GET /v1/channel/widgets/{id}': { own: widget, request: () => fromPage, succeeds: 200, audits: PUBLIC_READ },
  'POST /v1/channel/widgets/{id}/sessions': {
    own: widget,
    request: () => ({ ...fromPage, body: {} }),
    succeeds: 201,
    audits: 'conversation.opened',
  },
  'POST /v1/channel/tickets': {
    request: async (scene) => ({ ...fromPage, token: (await newConversation(scene)).visitorToken }),
    succeeds: 201,
    audits: { nothing: 'opens a door for 30 seconds and changes nothing that is kept' },
  },
  'GET /v1/channel/messages': {
    request: async (scene) => ({ ...fromPage, token: (await newConversation(scene)).visitorToken }),
    succeeds: 200,
    audits: { nothing: 'visitors read their own conversation' },
  },
  'PUT /v1/channel/messages/{id}/feedback': {
    own: async (scene) => {
      const { answerId: id, visitorToken: token } = await newConversation(scene);
      return { id, token };
    },
    request: () => ({ ...fromPage, body: { rating: 'up' } }),
    succeeds: 204,
    audits: 'message.rated',
  },
  'DELETE /v1/channel/conversation': {
    request: async (scene) => ({ ...fromPage, token: (await newConversation(scene)).visitorToken }),
    succeeds: 202,
    audits: 'conversation.erased',
  },
};

const operations = (prefix: string, ready: number): Readonly<Record<string, RouteEntry>> => ({
  [`GET ${prefix}/health`]: { succeeds: 200, audits: PUBLIC_READ },
  [`GET ${prefix}/ready`]: { succeeds: ready, audits: PUBLIC_READ },
  [`GET ${prefix}/metrics`]: { request: () => ({ token: METRICS_TOKEN }), succeeds: 200, audits: PUBLIC_READ },
});

export const OPERATIONS_ENTRIES: Readonly<Record<string, RouteEntry>> = {
  ...operations('/v1/auth', 200),
  ...operations('/v1/hub', 200),
  // The vector index is not started for these tests: ai and the whole say so.
  ...operations('', 503),
  ...operations('/v1/ai', 503),
  ...operations('/v1/channel', 200),
};
