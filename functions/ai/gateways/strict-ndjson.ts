/** A part is a token with a few counts: a line this long is no part, and is not kept until it ends. */
const MAX_LINE_CHARACTERS = 1_000_000;

/**
 * The same response, whose body fails at the first line that is no JSON, or has no end. The `ollama` package skips
 * lines that are no JSON (and prints them, visitor's words included): a damaged stream would pass as a shorter answer.
 */
export function strictNdjson(response: Response): Response {
  if (!response.body) return response;
  // Bytes are handed on as they came. A TransformStream would be shorter, and costs as much as all else of a token.
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let held = '';
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      const lines = (held + decoder.decode(value, { stream: !done })).split('\n');
      held = done ? '' : (lines.pop() ?? '');
      if (held.length > MAX_LINE_CHARACTERS) throw new Error(`a line of more than ${MAX_LINE_CHARACTERS} characters`);
      for (const line of lines) if (line.trim() !== '') JSON.parse(line);
      if (done) return controller.close();
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
