import { CuratedAnswer, CuratedAnswerChange, toCuratedAnswer } from '../../../shared/models/curated-answer.ts';
import { IdParams } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { changeAnswer as run } from '../use-cases/change-answer.ts';

export const changeAnswer = route({
  method: 'PATCH',
  path: '/v1/hub/answers/{id}',
  permission: 'documents:write',
  summary: 'Change a curated answer; what is left out stays',
  input: { params: IdParams, body: CuratedAnswerChange },
  output: { 200: CuratedAnswer },
  run: async ({ params, body, caller, use }) => toCuratedAnswer(await run(use, caller, params.id, body)),
});
