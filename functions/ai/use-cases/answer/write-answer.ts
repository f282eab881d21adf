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

/** The reason of a signal that the visitor gave: what was said so far is the answer. */
export class AnswerCancelled extends Error {
  override readonly name = 'AnswerCancelled';
}

/** A part is a token, or a few: beyond this the server does not heed what it was told. */
const MOST_PARTS = MAX_ANSWER_TOKENS + 64;
/** … nor what it says in one of them. An answer goes out as a frame, of which a socket carries 32 KB at most. */
const MOST_BYTES = 12_000;

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
export async function writeAnswer(
  ollama: Pick<OllamaGateway, 'chat'>,
  { prompt, timeouts, signal, onText }: WriteRequest,
): Promise<WrittenAnswer> {
  const startedAt = performance.now();
  const allowed = addressesOf(prompt.given, prompt.secret);
  const refusal = refusalFilter();
  const leak = leakFilter(prompt.secret, prompt.marker);
  const citations = citationFilter(prompt.given);
  const guards = chainFilters([pieceFilter(withoutInvisible), refusal, leak, linkFilter(allowed), citations]);
  const used = { promptTokens: 0, answerTokens: 0 };
  let text = '';
  let room = MOST_BYTES;
  let isFull = false;
  let finishReason: WrittenAnswer['finishReason'] = 'stop';
  let firstTokenMs: number | undefined;

  const show = (guarded: string) => {
    // Models like to begin with a blank.
    const wanted = text === '' ? guarded.trimStart() : guarded;
    const shown = cutToBytes(wanted, room);
    isFull ||= shown !== wanted;
    if (shown === '') return;
    room -= Buffer.byteLength(shown);
    text += shown;
    onText(shown);
  };
  try {
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
        finishReason = part.reason;
        used.promptTokens = part.promptTokens;
        used.answerTokens = part.answerTokens;
        noticeTruncation(prompt, part.promptTokens);
        continue;
      }
      firstTokenMs ??= Math.round(performance.now() - startedAt);
      used.answerTokens += 1;
      const said = cutToBytes(part.text, MOST_BYTES);
      isFull ||= said !== part.text;
      show(guards.push(said));
      if (leak.leaked || refusal.refused) break;
      // A server that minds no limit would never end.
      if (!isFull && used.answerTokens < MOST_PARTS) continue;
      finishReason = 'length';
      break;
    }
  } catch (error) {
    if (!(signal.aborted && signal.reason instanceof AnswerCancelled)) throw error;
    finishReason = 'cancelled';
  }
  show(guards.end());
  if (leak.leaked) log.security('prompt_recital_stopped');
  const ended = finishReason !== 'cancelled';
  const refused = text.trim() === '' && ended;
  const unfounded = !refused && ended && citations.cited.length === 0 && !restsOnPassages(text, prompt.given);
  if (unfounded) log.warn('an answer did not rest on its passages');
  return {
    text,
    refused,
    unfounded,
    citations: refused ? [] : toCitations(citations.cited, allowed),
    finishReason: refused ? 'stop' : finishReason,
    ...used,
    firstTokenMs,
  };
}

/** As many whole characters as fit. */
function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read);
}

/** A tokenizer that is thriftier than llama2's saves a third at most: below that the server left something out. */
const READ_AT_LEAST = 0.6;

/** Zero means that the server did not tell. */
function noticeTruncation({ tokens }: Prompt, readTokens: number): void {
  if (readTokens === 0 || (readTokens >= READ_AT_LEAST * tokens && readTokens < NUM_CTX)) return;
  add('understudy_prompts_truncated_total', {}, 1);
  log.warn('the model server did not read the whole prompt', { sent_tokens: tokens, read_tokens: readTokens });
}
