import * as z from 'zod';
import { Question } from '../../../shared/models/question.ts';
import { route } from '../ai-route.ts';

const SearchResult = z.object({
  chunk_id: z.uuid(),
  document_id: z.uuid(),
  title: z.string(),
  text: z.string(),
  position: z.int().min(0),
  score: z.number(),
});

export const search = route({
  method: 'POST',
  path: '/v1/ai/search',
  permission: 'answers:create',
  summary: 'Find the passages that fit a query',
  input: { body: z.strictObject({ query: Question, limit: z.int().min(1).max(20).default(5) }) },
  output: { 200: z.object({ results: z.array(SearchResult) }) },
  refuses: ['UPSTREAM_FAILED', 'UPSTREAM_TIMEOUT'],
  run: async ({ body, caller, use }) => {
    const found = await use.search(caller.creatorId, body.query, body.limit);
    const results = found.map((passage) => ({
      chunk_id: passage.chunkId,
      document_id: passage.documentId,
      title: passage.title,
      text: passage.text,
      position: passage.position,
      score: passage.score,
    }));
    return { results };
  },
});
