import { LocalStackError } from './emulator.ts';

/** How a deployed stack is reached; names as the stack's parameters have them. */
export interface StackAddresses {
  readonly PublicApiUrl: string;
  readonly ConsoleOrigin: string;
  readonly ConsoleUrl: string;
  readonly SocketUrl: string;
  readonly SocketManagementUrl: string;
}

/**
 * Emulators have no host name for each API: both LocalStack and MiniStack answer below `/_aws/execute-api/<id>`.
 *
 * @param outputs of the stack: its APIs' ids stand in them
 * @param fromFunctions where functions reach the emulator, which may run in containers of their own
 * @throws LocalStackError when the outputs name no API
 */
export function addressesAt(
  endpoint: string,
  fromFunctions: string,
  outputs: Readonly<Record<string, string>>,
): StackAddresses {
  const rest = `/_aws/execute-api/${apiId(outputs.RestUrl, 'RestUrl')}/api`;
  const socket = `/_aws/execute-api/${apiId(outputs.SocketUrl, 'SocketUrl')}/socket`;
  return {
    PublicApiUrl: `${endpoint}${rest}`,
    ConsoleOrigin: new URL(endpoint).origin,
    ConsoleUrl: `${endpoint}${rest}`,
    SocketUrl: `${endpoint.replace(/^http/, 'ws')}${socket}`,
    SocketManagementUrl: `${fromFunctions}${socket}`,
  };
}

function apiId(address: string | undefined, output: string): string {
  const id = /\/\/([a-z0-9]+)\.execute-api\./.exec(address ?? '') ?? /\/execute-api\/([a-z0-9]+)\//.exec(address ?? '');
  if (id?.[1] !== undefined) return id[1];
  throw new LocalStackError(`the stack's output ${output} names no API: ${address ?? 'it is missing'}`);
}
