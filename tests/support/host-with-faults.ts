import { type Host, startHost } from '../../infra/local/host.ts';

// The local host with a hook: a message `{ kill: <function> }` from the parent ends that function's worker as a crash
// would, and is answered when it is gone.
const host: Host = await startHost({
  dataFolder: process.env.UNDERSTUDY_DATA ?? '',
  port: Number(process.env.PORT),
  useMachineOllama: false,
});

process.on('message', (message: { readonly kill: string }) => {
  void host.killFunction(message.kill).then(() => process.send?.('killed'));
});
process.once('SIGTERM', () => {
  void host.stop().then(() => process.exit(0));
});
process.stdout.write('Understudy is ready\n');
