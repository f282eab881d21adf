/**
 * The same response, whose body fails at the first line that is no JSON. The `ollama` package skips such lines (and
 * prints them, visitor's words included): a damaged stream would pass as a shorter answer.
 */
export function strictNdjson(response: Response): Response {
  if (!response.body) return response;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let held = '';
  const check = (line: string, controller: TransformStreamDefaultController<Uint8Array>) => {
    if (line.trim() === '') return;
    JSON.parse(line);
    controller.enqueue(encoder.encode(`${line}\n`));
  };
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        const lines = (held + decoder.decode(bytes, { stream: true })).split('\n');
        held = lines.pop() ?? '';
        for (const line of lines) check(line, controller);
      },
      flush(controller) {
        check(held + decoder.decode(), controller);
      },
    }),
  );
  return new Response(body, { status: response.status, headers: response.headers });
}
