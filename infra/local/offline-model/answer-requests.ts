import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { composeAnswer } from './compose-answer.ts';
import { embedText } from './embed-text.ts';
import { sendJson } from './json-http.ts';
import { readPrompt } from './read-prompt.ts';

export const EmbedRequest = z.object({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) });
export const ChatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
  stream: z.boolean().default(true),
  options: z.object({ num_predict: z.number().optional() }).default({}),
});

/** Vectors by feature hashing. */
export function embed(response: ServerResponse, request: z.output<typeof EmbedRequest>): void {
  const startedAt = process.hrtime.bigint();
  const texts = typeof request.input === 'string' ? [request.input] : request.input;
  const embeddings = texts.map(embedText);
  sendJson(response, {
    model: request.model,
    embeddings,
    total_duration: Number(process.hrtime.bigint() - startedAt),
    load_duration: 0,
    prompt_eval_count: countTokens(texts.join(' ')),
  });
}

/** An answer made of sentences of the passages, as a stream unless the request wants none. */
export async function chat(
  response: ServerResponse,
  request: z.output<typeof ChatRequest>,
  tokenDelayMs: number,
): Promise<void> {
  const startedAt = process.hrtime.bigint();
  const elapsed = () => Number(process.hrtime.bigint() - startedAt);
  const answer = composeAnswer(readPrompt(request.messages));
  const promptMs = elapsed();
  const tokens = answer.match(/\s*\S+/g) ?? [];
  const limit = request.options.num_predict ?? -1;
  const told = limit > 0 ? tokens.slice(0, limit) : tokens;
  const line = (content: string, rest: object) => ({
    model: request.model,
    created_at: new Date().toISOString(),
    message: { role: 'assistant', content },
    ...rest,
  });
  const end = () => ({
    done: true,
    done_reason: told.length < tokens.length ? 'length' : 'stop',
    total_duration: elapsed(),
    load_duration: 0,
    prompt_eval_count: countTokens(request.messages.map((message) => message.content).join(' ')),
    prompt_eval_duration: promptMs,
    eval_count: told.length,
    eval_duration: elapsed() - promptMs,
  });
  if (!request.stream) return sendJson(response, line(told.join(''), end()));

  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (const token of told) {
    if (response.destroyed) return;
    response.write(`${JSON.stringify(line(token, { done: false }))}\n`);
    await new Promise((resolve) => setTimeout(resolve, tokenDelayMs));
  }
  response.end(`${JSON.stringify(line('', end()))}\n`);
}

function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
