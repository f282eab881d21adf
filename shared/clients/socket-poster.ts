import { log } from '../observability/logger.ts';
import { retryWithJitter } from './retry-with-jitter.ts';
import { openSignedRequests, type SendSigned } from './signed-requests.ts';

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
const GONE = 410;

/** The @connections API of the WebSocket stage at `url`, as in `https://{api}.execute-api.{region}.amazonaws.com/{stage}`. */
export function openSocketManagement({ url }: { readonly url: string }): SocketManagement {
  const send = openSignedRequests({ url, service: 'execute-api', timeoutMs: POST_TIMEOUT_MS });
  const ask = askingTwice(send);
  const close: SocketCloser = async (connectionId) => {
    await ask('DELETE', pathOf(connectionId)).catch((error: unknown) =>
      log.debug('a connection could not be closed', { reason: String(error) }),
    );
  };
  const post: SocketPoster = async (connectionId, frame) => {
    try {
      return (await ask('POST', pathOf(connectionId), frame)) === GONE ? 'gone' : 'sent';
    } catch (error) {
      log.warn('a frame could not be posted; its connection is closed', { reason: String(error) });
      await close(connectionId);
      return 'gone';
    }
  };
  const isOpen = async (connectionId: string) => {
    const status = await ask('GET', pathOf(connectionId)).catch(() => undefined);
    return status !== GONE;
  };
  return { post, close, isOpen };
}

const pathOf = (connectionId: string) => `/@connections/${encodeURIComponent(connectionId)}`;

/** An answer that is neither a success nor 410. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly mayPass: boolean;

  constructor(status: number) {
    super(`the connection's API answered ${status}`);
    this.mayPass = status === 429 || status >= 500;
  }
}

/**
 * Once more after what may pass: a limit, a fault of the gateway's, a kept connection that was closed meanwhile. A frame
 * that arrives twice has the same number, by which its client knows it. @throws Refused, or what the connection failed with
 */
function askingTwice(send: SendSigned): SendSigned {
  return (method, path, body) =>
    retryWithJitter(
      async () => {
        const status = await send(method, path, body);
        if (status !== GONE && (status < 200 || status > 299)) throw new Refused(status);
        return status;
      },
      { retries: 1, shouldRetry: (error) => !(error instanceof Refused) || error.mayPass },
    );
}
