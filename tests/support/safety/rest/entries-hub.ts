import { randomUUID } from 'node:crypto';
import { recordErasure } from '../../../../shared/database/erasure-receipts.ts';
import { READS, type RouteEntry, type Scene } from './entry.ts';
import { newConversation } from './spoken-conversation.ts';

const FILE = { filename: 'notes.md', content_type: 'text/markdown', size_bytes: 12 };
const named = ({ actor }: Scene) => ({ body: { ...FILE, title: actor.mark } });
const QUESTION = ({ actor }: Scene) => ({ body: { question: `What is ${actor.mark}?`, answer: actor.mark } });

const make =
  (path: string, request: (scene: Scene) => { body: unknown }, pick: (body: never) => string) =>
  async (scene: Scene) => {
    const made = await scene.services.call('hub', 'POST', path, { token: scene.actor.token, ...request(scene) });
    return pick(made.body);
  };
const newDocument = make('/v1/hub/documents', named, (body: { document: { id: string } }) => body.document.id);
const newAnswer = make('/v1/hub/answers', QUESTION, (body: { id: string }) => body.id);
const newWidget = make(
  '/v1/hub/widgets',
  ({ actor }) => ({ body: { name: actor.mark, allowed_origins: [] } }),
  (body: { id: string }) => body.id,
);
const conversation = async (scene: Scene) => (await newConversation(scene)).conversationId;

/** As though it had been uploaded, scanned and published. */
async function readyDocument(scene: Scene): Promise<string> {
  const id = await newDocument(scene);
  await scene.services.hub.asAi.withTenant(scene.actor.id, (db) =>
    db.query(
      `update documents set status = 'ready', generation = 1, live_generation = 1, library_upload_id = upload_id
       where creator_id = $1 and id = $2`,
      [scene.actor.id, id],
    ),
  );
  return id;
}

/** As ai leaves it when a deletion is finished. */
async function newReceipt({ services, actor }: Scene): Promise<string> {
  const subjectId = randomUUID();
  const nothing = { looked_for: 'everything', found: 0 as const };
  await services.hub.asAi.withTenant(actor.id, (db) =>
    recordErasure(db, {
      ...{ creatorId: actor.id, subjectKind: 'document', subjectId, requestedAt: new Date() },
      findings: { postgres: nothing, vectors: nothing, redis: nothing },
    }),
  );
  return subjectId;
}

export const HUB_ENTRIES: Readonly<Record<string, RouteEntry>> = {
  'POST /v1/hub/documents': { request: named, succeeds: 201, audits: 'document.created' },
  'GET /v1/hub/documents': { succeeds: 200, audits: READS },
  'GET /v1/hub/documents/{id}': { own: newDocument, succeeds: 200, audits: READS },
  'POST /v1/hub/documents/{id}/upload': {
    own: readyDocument,
    request: named,
    succeeds: 201,
    audits: 'document.upload_reopened',
  },
  'POST /v1/hub/documents/{id}/reprocess': { own: readyDocument, succeeds: 202, audits: 'document.reprocessed' },
  'DELETE /v1/hub/documents/{id}': { own: newDocument, succeeds: 202, audits: 'document.deleted' },
  'POST /v1/hub/pages': {
    request: ({ actor }) => ({ body: { url: `https://example.org/${actor.mark}` } }),
    succeeds: 201,
    audits: 'document.created',
  },
  'GET /v1/hub/answers': { succeeds: 200, audits: READS },
  'POST /v1/hub/answers': { request: QUESTION, succeeds: 201, audits: 'answer.created' },
  'GET /v1/hub/answers/{id}': { own: newAnswer, succeeds: 200, audits: READS },
  'PATCH /v1/hub/answers/{id}': {
    own: newAnswer,
    request: () => ({ body: { answer: `Changed ${randomUUID()}` } }),
    succeeds: 200,
    audits: 'answer.changed',
  },
  'DELETE /v1/hub/answers/{id}': { own: newAnswer, succeeds: 204, audits: 'answer.deleted' },
  'GET /v1/hub/widgets': { succeeds: 200, audits: READS },
  'POST /v1/hub/widgets': {
    request: ({ actor }) => ({ body: { name: actor.mark, allowed_origins: [] } }),
    succeeds: 201,
    audits: 'widget.created',
  },
  'GET /v1/hub/widgets/{id}': { own: newWidget, succeeds: 200, audits: READS },
  'PATCH /v1/hub/widgets/{id}': {
    own: newWidget,
    request: () => ({ body: { greeting: `Hello ${randomUUID()}` } }),
    succeeds: 200,
    audits: 'widget.changed',
  },
  'DELETE /v1/hub/widgets/{id}': { own: newWidget, succeeds: 204, audits: 'widget.deleted' },
  'GET /v1/hub/widgets/{id}/embed': { own: newWidget, succeeds: 200, audits: READS },
  'GET /v1/hub/settings': { succeeds: 200, audits: READS },
  'PATCH /v1/hub/settings': {
    request: () => ({ body: { retention_days: 1 + (Date.now() % 3_000) } }),
    succeeds: 200,
    audits: 'settings.changed',
  },
  'GET /v1/hub/usage': { succeeds: 200, audits: READS },
  'GET /v1/hub/conversations': {
    naming: (id) => ({ query: { widget_id: id } }),
    succeeds: 200,
    audits: READS,
  },
  'GET /v1/hub/conversations/{id}': { own: conversation, succeeds: 200, audits: READS },
  'GET /v1/hub/conversations/{id}/messages': { own: conversation, succeeds: 200, audits: 'conversation.read' },
  'GET /v1/hub/analytics': { succeeds: 200, audits: READS },
  'GET /v1/hub/analytics/unanswered': { succeeds: 200, audits: READS },
  'GET /v1/hub/audit-events': { succeeds: 200, audits: READS },
  'GET /v1/hub/erasure-receipts': { succeeds: 200, audits: READS },
  'GET /v1/hub/erasure-receipts/{subject_id}': { own: newReceipt, succeeds: 200, audits: READS },
};
