import * as z from 'zod';
import { route } from '../ai-route.ts';

const Model = z.object({ name: z.string(), ready: z.boolean() });

export const readModels = route({
  method: 'GET',
  path: '/v1/ai/models',
  permission: 'creator',
  summary: 'Which models answer, and whether they are ready',
  output: { 200: z.object({ chat: Model, embedding: Model, offline: z.boolean() }) },
  run: ({ use }) => use.readModels(),
});
