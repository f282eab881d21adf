import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** In which way a request to the scripted Ollama fails. */
export type OllamaFailure =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** The connection is cut after so many tokens. */
  | { readonly kind: 'cut'; readonly afterTokens: number }
  /** Silence after so many tokens, until the client leaves. */
  | { readonly kind: 'stall'; readonly afterTokens: number }
  | { readonly kind: 'broken-json'; readonly afterTokens: number }
  /** Says in the stream that it failed, as Ollama does. */
  | { readonly kind: 'error-line'; readonly afterTokens: number }
  /** One line that never ends, as fast as it is read. */
  | { readonly kind: 'endless-line'; readonly afterTokens: number }
  /** Parts without text, for ever. */
  | { readonly kind: 'empty-parts'; readonly afterTokens: number }
  /** Sends the client elsewhere. */
  | { readonly kind: 'redirect'; readonly to: string }
  /** One valid line of so many characters of text, then the rest. */
  | { readonly kind: 'huge-part'; readonly afterTokens: number; readonly characters: number }
  /** From there on one byte at a time. */
  | { readonly kind: 'byte-drip'; readonly afterTokens: number; readonly pauseMs: number }
  /** The answer again and again, a token at a time, for ever. */
  | { readonly kind: 'token-drip'; readonly afterTokens: number; readonly pauseMs: number }
  /** The status line, then one header after the other, for ever: as fast as they are read, or slowly. */
  | { readonly kind: 'endless-headers'; readonly pauseMs: number }
  /** The request is taken and nothing comes back, not even a status line. */
  | { readonly kind: 'no-headers' }
  /** The stream ends in good order, but without its last line. */
  | { readonly kind: 'no-end'; readonly afterTokens: number };

/** Those that begin once the answer's stream has. */
export type StreamFailure = Exclude<OllamaFailure, { kind: 'status' | 'redirect' | 'no-headers' | 'endless-headers' }>;

export interface FailingStream {
  readonly response: ServerResponse;
  /** A line of the stream. */
  readonly line: (content: string, rest: object) => string;
  /** The next token, and all of them. */
  readonly token: string;
  readonly tokens: readonly string[];
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

/** Fails in mid-answer. @returns whether anything follows */
export async function failInStream(failure: StreamFailure, stream: FailingStream): Promise<'ended' | 'goes on'> {
  const { response, line, token, tokens, signal } = stream;
  switch (failure.kind) {
    case 'cut':
      response.destroy();
      return 'ended';
    case 'broken-json':
      response.write('{"message": {"content": "half a li\n');
      return 'goes on';
    case 'error-line':
      response.end('{"error":"llama runner process has terminated"}\n');
      return 'ended';
    case 'endless-line':
      return endless(response, 'x'.repeat(65_536), 0, signal);
    case 'empty-parts':
      return endless(response, line('', { done: false }), 20, signal);
    case 'byte-drip':
      await drip(response, line(tokens.join(''), { done: true }), failure.pauseMs, signal);
      return 'ended';
    case 'token-drip':
      return endless(response, line(token, { done: false }), failure.pauseMs, signal);
    case 'huge-part':
      response.write(line(`${'word '.repeat(failure.characters / 5)}`, { done: false }));
      return 'goes on';
    case 'no-end':
      response.end();
      return 'ended';
    case 'stall':
      response.flushHeaders();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }
}

async function drip(response: ServerResponse, text: string, pauseMs: number, signal: AbortSignal): Promise<void> {
  for (const byte of Buffer.from(text)) {
    response.write(Buffer.of(byte));
    await pause(pauseMs, undefined, { signal });
  }
  response.end();
}

/** A status line, then one header after the other until the client leaves. */
export async function endlessHeaders(response: ServerResponse, pauseMs: number): Promise<void> {
  const { socket } = response;
  socket?.write('HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n');
  for (let n = 0; socket && !socket.destroyed; n += 1) {
    if (!socket.write(`X-Header-${n}: ${'x'.repeat(100)}\r\n`))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    await pause(pauseMs);
  }
}

async function endless(response: ServerResponse, part: string, pauseMs: number, signal: AbortSignal): Promise<never> {
  for (;;) {
    signal.throwIfAborted();
    if (!response.write(part)) await once(response, 'drain', { signal });
    await pause(pauseMs, undefined, { signal });
  }
}
