import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { readAnswer } from '../../../shared/lifecycles/curated-answer/read-answers.ts';
import { CuratedAnswer, toCuratedAnswer } from '../../../shared/models/curated-answer.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';

export const getAnswer = route({
  method: 'GET',
  path: '/v1/hub/answers/{id}',
  permission: 'documents:read',
  summary: 'A curated answer',
  input: { params: IdParams },
  output: { 200: CuratedAnswer },
  run: async ({ params, caller, use }) => {
    const row = await use.readInTenant(caller, ({ db, creatorId }) => readAnswer(db, creatorId, params.id));
    return toCuratedAnswer(orNotFound(row));
  },
});
