import { afterEach } from 'vitest';
import { WebSocket } from 'ws';
import type { SocketLimits } from '../../../../../infra/local/http/connection-registry.ts';
import { openLocalServer } from '../../../../../infra/local/http/local-server.ts';
import { socketGateway } from '../../../../../infra/local/http/socket-gateway.ts';
import { type FakeEvent, fakeFunctions, type ok } from './fake-functions.ts';

const API = {
  apiId: 'ws',
  stage: 'socket',
  selection: '$request.body.action',
  routes: new Map([
    ['$connect', 'F'],
    ['$disconnect', 'F'],
    ['$default', 'F'],
  ]),
};

type Answer = (event: FakeEvent) => ReturnType<typeof ok> | Promise<ReturnType<typeof ok>>;

/** Opens gateways whose one function answers as told; each is closed when its test has ended. */
export function useGateway() {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
  });

  return async (answer: Answer, limits?: SocketLimits) => {
    const functions = fakeFunctions(answer);
    const server = await openLocalServer(0);
    const gateway = socketGateway(API, functions, '/socket', limits);
    server.serve((_, response) => response.end(), gateway.onUpgrade);
    opened.push({
      close: async () => {
        await gateway.stop();
        await server.close(100);
      },
    });
    const connect = (path = '/socket?ticket=t') =>
      new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { origin: 'https://a.example' });
    const kinds = () => functions.events.map((event) => event.requestContext.routeKey as string);
    return { connect, functions, kinds, connections: gateway.connections, gateway };
  };
}
