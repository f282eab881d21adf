import { CfnCondition, Fn, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { RestApi } from '../constructs/rest-api.ts';
import type { WebSocketApi } from '../constructs/websocket-api.ts';
import type { ServiceParameters } from './service-parameters.ts';

/** How the outside reaches the APIs: as the parameters say, and where they are empty, by the APIs' own addresses. */
export interface Addresses {
  readonly publicApiUrl: string;
  readonly consoleOrigin: string;
  readonly consoleUrl: string;
  readonly socketUrl: string;
  readonly socketManagementUrl: string;
}

export function resolveAddresses(
  scope: Construct,
  given: ServiceParameters,
  rest: RestApi,
  sockets: WebSocketApi,
): Addresses {
  const orElse = (name: keyof ServiceParameters, own: string): string => {
    if (!Token.isUnresolved(given[name])) return given[name] || own;
    const id = `${name}IsEmpty`;
    if (!scope.node.tryFindChild(id)) {
      new CfnCondition(scope, id, { expression: Fn.conditionEquals(given[name], '') });
    }
    return Fn.conditionIf(id, own, given[name]).toString();
  };
  return {
    publicApiUrl: orElse('PublicApiUrl', rest.url),
    consoleOrigin: orElse('ConsoleOrigin', rest.origin),
    // Without a host name of their own the pages lie in the API's stage, below a path of their origin.
    consoleUrl: orElse('ConsoleUrl', orElse('ConsoleOrigin', rest.url)),
    socketUrl: orElse('SocketUrl', sockets.url),
    socketManagementUrl: orElse('SocketManagementUrl', sockets.managementUrl),
  };
}
