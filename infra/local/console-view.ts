import type { Host } from './host.ts';

export interface ConsoleView {
  starting(nodeVersion: string): void;
  progress(part: string, message: string): void;
  ready(host: Host): void;
}

/** What `npm start` prints. The line `Understudy is ready` is part of the contract and is the last one. */
export function createConsoleView(out: NodeJS.WritableStream, colour: boolean): ConsoleView {
  const startedAt = performance.now();
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const line = (text: string) => out.write(`${text}\n`);
  const seconds = () => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;

  return {
    starting: (nodeVersion) => line(`Understudy starts on Node ${nodeVersion}`),
    progress: (part, message) => line(`  ${paint(2, seconds().padStart(7))}  ${paint(36, part.padEnd(14))} ${message}`),
    ready: ({ endpoints, parts }) => {
      const rows: [string, string][] = [
        ['Demo page', endpoints.demo_url],
        ['REST API', endpoints.rest_url],
        ['WebSocket', endpoints.websocket_url],
        ['Mail', `${endpoints.mail_url}.html`],
      ];
      line('');
      for (const [name, address] of rows) line(`  ${name.padEnd(12)} ${paint(4, address)}`);
      line('');
      if (parts.ollamaIsOffline) {
        line(paint(33, '  Answers come from the OFFLINE MODEL: it chooses sentences and understands nothing.'));
        line(paint(33, '  Set OLLAMA_HOST to use real models.'));
        line('');
      }
      line(paint(32, 'Understudy is ready'));
    },
  };
}
