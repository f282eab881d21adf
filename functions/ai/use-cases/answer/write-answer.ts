import type { Citation } from '../../../../shared/models/citation.ts';
import { log } from '../../../../shared/observability/logger.ts';
import { add } from '../../../../shared/observability/metrics.ts';
import type { OllamaGateway } from '../../gateways/ollama.ts';
import { citationFilter } from '../guard/citation-filter.ts';
import { restsOnPassages } from '../guard/grounding.ts';
import { leakFilter } from '../guard/leak-filter.ts';
import { linkFilter } from '../guard/link-filter.ts';
import { refusalFilter } from '../guard/refusal-filter.ts';
import { chainFilters, pieceFilter } from '../guard/stream-filter.ts';
import { withoutInvisible } from '../text/clean-text.ts';
import { MAX_ANSWER_TOKENS, NUM_CTX, type Prompt } from './build-prompt.ts';
import { addressesOf, toCitations } from './cite-passages.ts';
import { openShownText, type ShownText } from './shown-text.ts';

/** The reason of a signal that the visitor gave: what was said so far is the answer. */
export class AnswerCancelled extends Error {
  override readonly name = 'AnswerCancelled';
}

/** A part is a token, or a few: beyond this the server does not heed what it was told. */
const MOST_PARTS = MAX_ANSWER_TOKENS + 64;

export interface AnswerTimeouts {
  readonly firstTokenMs: number;
  readonly betweenTokensMs: number;
}

export interface WriteRequest {
  readonly prompt: Prompt;
  readonly timeouts: AnswerTimeouts;
  readonly signal: AbortSignal;
  /** Receives what the visitor may see, piece by piece. */
  readonly onText: (text: string) => void;
}

export interface WrittenAnswer {
  /** Exactly what `onText` received. */
  readonly text: string;
  /** The model found no answer in the passages, or said nothing that may be shown: `text` is empty. */
  readonly refused: boolean;
  /** It said something, but nothing of it rests on the passages: the visitor must not keep it. */
  readonly unfounded: boolean;
  readonly citations: readonly Citation[];
  readonly finishReason: 'stop' | 'length' | 'cancelled';
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly firstTokenMs: number | undefined;
}

/**
 * Streams an answer through the guards: the refusal word, recitals of the prompt, foreign links, citations.
 *
 * @throws APIError when the model fails; the signal's reason when it was aborted for another cause than a cancel
 */
export async function writeAnswer(ollama: Pick<OllamaGateway, 'chat'>, request: WriteRequest): Promise<WrittenAnswer> {
  const { prompt, signal } = request;
  const shown = openShownText(request.onText);
  const guards = openGuards(prompt);
  const said: Said = { finishReason: 'stop', promptTokens: 0, answerTokens: 0, firstTokenMs: undefined };
  try {
    await hear(ollama, request, guards, shown, said);
  } catch (error) {
    if (!(signal.aborted && signal.reason instanceof AnswerCancelled)) throw error;
    said.finishReason = 'cancelled';
  }
  shown.show(guards.chain.end());
  if (guards.leak.leaked) log.security('prompt_recital_stopped');
  const { cited } = guards.citations;
  const { text } = shown;
  const ended = said.finishReason !== 'cancelled';
  const refused = text.trim() === '' && ended;
  const unfounded = !refused && ended && cited.length === 0 && !restsOnPassages(text, prompt.given);
  if (unfounded) log.warn('an answer did not rest on its passages');
  return {
    ...said,
    text,
    refused,
    unfounded,
    citations: refused ? [] : toCitations(cited, guards.allowed),
    finishReason: refused ? 'stop' : said.finishReason,
  };
}

type Said = Writable<Pick<WrittenAnswer, 'finishReason' | 'promptTokens' | 'answerTokens' | 'firstTokenMs'>>;
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function openGuards({ given, secret, marker, known }: Prompt) {
  const allowed = addressesOf(given, secret);
  const refusal = refusalFilter();
  const leak = leakFilter(secret, marker, known);
  const citations = citationFilter(given);
  const chain = chainFilters([pieceFilter(withoutInvisible), refusal, leak, linkFilter(allowed), citations]);
  return { allowed, refusal, leak, citations, chain };
}

/** Passes on what the model says until it ends, or until it says what ends it. */
async function hear(
  ollama: Pick<OllamaGateway, 'chat'>,
  { prompt, timeouts, signal }: WriteRequest,
  { chain, leak, refusal }: ReturnType<typeof openGuards>,
  shown: ShownText,
  said: Said,
): Promise<void> {
  const startedAt = performance.now();
  const parts = ollama.chat({
    messages: prompt.messages,
    numCtx: NUM_CTX,
    maxTokens: MAX_ANSWER_TOKENS,
    signal,
    firstTokenTimeoutMs: timeouts.firstTokenMs,
    betweenTokensTimeoutMs: timeouts.betweenTokensMs,
  });
  for await (const part of parts) {
    if (part.type === 'end') {
      said.finishReason = part.reason;
      said.promptTokens = part.promptTokens;
      said.answerTokens = part.answerTokens;
      noticeTruncation(prompt, part.promptTokens);
      continue;
    }
    said.firstTokenMs ??= Math.round(performance.now() - startedAt);
    said.answerTokens += 1;
    shown.show(chain.push(shown.cut(part.text)));
    if (leak.leaked || refusal.refused) break;
    // A server that minds no limit would never end.
    if (!shown.isFull && said.answerTokens < MOST_PARTS) continue;
    said.finishReason = 'length';
    break;
  }
}

/** A tokenizer that is thriftier than llama2's saves a third at most: below that the server left something out. */
const READ_AT_LEAST = 0.6;

/** Zero means that the server did not tell. */
function noticeTruncation({ tokens }: Prompt, readTokens: number): void {
  if (readTokens === 0 || (readTokens >= READ_AT_LEAST * tokens && readTokens < NUM_CTX)) return;
  add('understudy_prompts_truncated_total', {}, 1);
  log.warn('the model server did not read the whole prompt', { sent_tokens: tokens, read_tokens: readTokens });
}
