import { join } from 'node:path';

/** Where things are on this machine. Pages and API are apart (localhost, 127.0.0.1), as they are in life. */
export interface Addresses {
  readonly restUrl: string;
  readonly pageOrigin: string;
  readonly websocketUrl: string;
  readonly mailUrl: string;
  readonly demoUrl: string;
  readonly mailFolder: string;
}

export const SOCKET_PATH = '/socket';

export function addressesOf(port: number, dataFolder: string): Addresses {
  return {
    restUrl: `http://127.0.0.1:${port}`,
    pageOrigin: `http://localhost:${port}`,
    websocketUrl: `ws://127.0.0.1:${port}${SOCKET_PATH}`,
    mailUrl: `http://127.0.0.1:${port}/_local/mail`,
    demoUrl: `http://localhost:${port}/_local/demo`,
    mailFolder: join(dataFolder, 'mail'),
  };
}
