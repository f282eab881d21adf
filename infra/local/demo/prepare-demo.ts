import { join } from 'node:path';
import type { Addresses } from '../addresses.ts';
import { signInDemoCreator } from './demo-account.ts';
import { createDemoClient } from './demo-client.ts';
import { demoDocumentsReady, uploadDemoDocuments } from './demo-documents.ts';
import { type DemoWidget, prepareDemoWidget } from './demo-widget.ts';

const DOCUMENTS_WITHIN_MS = 90_000;
/** Without a model they are read when it comes; nobody waits for that. */
const WITHOUT_MODEL_MS = 1_000;

export interface DemoOptions {
  readonly addresses: Addresses;
  readonly dataFolder: string;
  readonly onProgress: (message: string) => void;
  readonly modelIsAnswering: boolean;
  /** Once it is aborted the samples are not waited for. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sees to it that the demo creator, its documents and its widget are there, through the public API only: what does
 * not work for a client does not work here either. What fails is told in one line and keeps nobody from working.
 */
export async function prepareDemo(options: DemoOptions): Promise<DemoWidget | undefined> {
  const { addresses, dataFolder, onProgress, signal } = options;
  const client = createDemoClient(addresses.restUrl);
  try {
    await signInDemoCreator({
      client,
      mailFolder: addresses.mailFolder,
      sessionFile: join(dataFolder, 'demo-session.json'),
    });
    await uploadDemoDocuments(client);
    const widget = await prepareDemoWidget(client, addresses.pageOrigin);
    const withinMs = options.modelIsAnswering ? DOCUMENTS_WITHIN_MS : WITHOUT_MODEL_MS;
    const complaint = await demoDocumentsReady(client, withinMs, signal);
    onProgress(complaint === undefined ? 'documents and widget are there' : `not all documents: ${complaint}`);
    return widget;
  } catch (error) {
    onProgress(`not prepared: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
