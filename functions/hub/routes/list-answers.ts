import { listAnswers as readPage } from '../../../shared/lifecycles/curated-answer/read-answers.ts';
import { CuratedAnswer, toCuratedAnswer } from '../../../shared/models/curated-answer.ts';
import { decodeCursor, ListQuery, listOf, toPage } from '../../../shared/models/listing.ts';
import { route } from '../hub-route.ts';

export const listAnswers = route({
  method: 'GET',
  path: '/v1/hub/answers',
  permission: 'documents:read',
  summary: 'List curated answers, newest first',
  input: { query: ListQuery },
  output: { 200: listOf(CuratedAnswer) },
  run: async ({ query, caller, use }) => {
    const filter = { limit: query.limit, cursor: decodeCursor(query.cursor) };
    const rows = await use.readInTenant(caller, ({ db, creatorId }) => readPage(db, creatorId, filter));
    return toPage(rows, query.limit, toCuratedAnswer);
  },
});
