/**
 * The same response, whose body fails at the first line that is no JSON. The `ollama` package skips such lines (and
 * prints them, visitor's words included): a damaged stream would pass as a shorter answer.
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
      for (const line of lines) if (line.trim() !== '') JSON.parse(line);
      if (done) return controller.close();
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
