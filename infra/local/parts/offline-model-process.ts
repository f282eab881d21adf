import { endOnSignal, endWithParent } from './child-lifetime.ts';

interface OfflineModel {
  startOfflineModel(options: { port?: number }): Promise<{ readonly url: string; close(): Promise<void> | void }>;
}

// A process of its own, as it computes: `node offline-model-process.ts <port>`.
endWithParent();
endOnSignal();
const server = (await import(new URL('../offline-model/server.ts', import.meta.url).href)) as OfflineModel;
await server.startOfflineModel({ port: Number(process.argv[2]) });
