import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { log } from '../observability/logger.ts';

/**
 * Posts one frame (JSON text) to one socket. Resolves when API Gateway has taken it. `gone`: nobody is there any more,
 * or the frame could not be delivered and the connection was closed, so that its client comes back and resumes.
 */
export type SocketPoster = (connectionId: string, frame: string) => Promise<'sent' | 'gone'>;

/** Ends a connection; one that is gone already is no error. */
export type SocketCloser = (connectionId: string) => Promise<void>;

export interface SocketManagement {
  readonly post: SocketPoster;
  readonly close: SocketCloser;
  /** Whether the connection is known to be gone is what counts: in doubt it is open. */
  readonly isOpen: (connectionId: string) => Promise<boolean>;
}

const POST_TIMEOUT_MS = 4_000;

/** The @connections API of the WebSocket stage at `url`. */
export function openSocketManagement({ url }: { readonly url: string }): SocketManagement {
  const client = new ApiGatewayManagementApiClient({ endpoint: url, maxAttempts: 2 });
  const close: SocketCloser = async (connectionId) => {
    await client
      .send(new DeleteConnectionCommand({ ConnectionId: connectionId }), timeout())
      .catch((error: unknown) => log.debug('a connection could not be closed', { reason: String(error) }));
  };
  const post: SocketPoster = async (connectionId, frame) => {
    try {
      await client.send(
        new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(frame) }),
        timeout(),
      );
      return 'sent';
    } catch (error) {
      if (statusOf(error) === 410) return 'gone';
      log.warn('a frame could not be posted; its connection is closed', { reason: String(error) });
      await close(connectionId);
      return 'gone';
    }
  };
  const isOpen = async (connectionId: string) => {
    try {
      await client.send(new GetConnectionCommand({ ConnectionId: connectionId }), timeout());
      return true;
    } catch (error) {
      return statusOf(error) !== 410;
    }
  };
  return { post, close, isOpen };
}

// A request of the SDK can hang past its own time-outs; the signal ends it in any case.
const timeout = () => ({ abortSignal: AbortSignal.timeout(POST_TIMEOUT_MS) });

/** The status tells: emulators leave out the header from which the SDK makes a GoneException. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
