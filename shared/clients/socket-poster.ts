import { log } from '../observability/logger.ts';
import { ring } from '../observability/metrics.ts';
import { longestRequestMs, openSignedRequests, type SignedRequest } from './signed-requests.ts';

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
const CLOSE_TIMEOUT_MS = 1_000;
/** A post, repeated, and then the end of its connection. */
export const LONGEST_SOCKET_POST_MS = longestRequestMs(POST_TIMEOUT_MS) + longestRequestMs(CLOSE_TIMEOUT_MS);
const GONE = 410;
const FRAME_HEADERS = { 'Content-Type': 'application/octet-stream' };

/** The @connections API of the WebSocket stage at `url`, as `https://{api}.execute-api.{region}.amazonaws.com/{stage}`. */
export function openSocketManagement({ url }: { readonly url: string }): SocketManagement {
  const send = openSignedRequests({ url, service: 'execute-api', timeoutMs: POST_TIMEOUT_MS });
  const sendBriefly = openSignedRequests({ url, service: 'execute-api', timeoutMs: CLOSE_TIMEOUT_MS });
  const statusOf = async (method: SignedRequest['method'], connectionId: string, frame?: string) => {
    const path = `/@connections/${encodeURIComponent(connectionId)}`;
    const { status } = await (method === 'DELETE' ? sendBriefly : send)({
      method,
      path,
      ...(frame !== undefined && { body: frame, headers: FRAME_HEADERS }),
    });
    if (status !== GONE && (status < 200 || status > 299)) throw new Error(`the connections' API answered ${status}`);
    return status;
  };
  const close: SocketCloser = async (connectionId) => {
    await statusOf('DELETE', connectionId).catch((error: unknown) =>
      log.debug('a connection could not be closed', { reason: String(error) }),
    );
  };
  const post: SocketPoster = async (connectionId, frame) => {
    try {
      return (await statusOf('POST', connectionId, frame)) === GONE ? 'gone' : 'sent';
    } catch (error) {
      log.warn('a frame could not be posted; its connection is closed', { reason: String(error) });
      ring('SocketFailure');
      await close(connectionId);
      return 'gone';
    }
  };
  const isOpen = async (connectionId: string) => {
    const status = await statusOf('GET', connectionId).catch(() => undefined);
    return status !== GONE;
  };
  return { post, close, isOpen };
}
