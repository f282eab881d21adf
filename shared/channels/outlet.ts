import type { ChannelAdapter, Outlet } from './channel-adapter.ts';

/**
 * One outlet for all channels: the name in front of the colon of a connection's id leads to its adapter. Nobody is
 * there behind a name that no adapter has.
 *
 * @throws TypeError when two adapters share a name
 */
export function openOutlet(adapters: readonly ChannelAdapter<never>[]): Outlet {
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
  if (byName.size < adapters.length) throw new TypeError('two channels have one name');
  const of = (connectionId: string) => byName.get(/^([^:]*):/.exec(connectionId)?.[1] ?? '');
  return {
    post: async (connectionId, frame) => of(connectionId)?.post(connectionId, frame) ?? 'gone',
    close: async (connectionId) => of(connectionId)?.close(connectionId),
    isOpen: async (connectionId) => of(connectionId)?.isOpen(connectionId) ?? false,
  };
}
