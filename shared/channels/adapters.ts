import { openSocketManagement } from '../clients/socket-poster.ts';
import type { ChannelAdapter } from './channel-adapter.ts';
import { openWebWidget, type SocketFrame } from './web-widget/web-widget.ts';

export interface Adapters {
  readonly webWidget: ChannelAdapter<SocketFrame>;
}

/** Every channel there is; built once per instance by those who write to visitors. */
export function openAdapters(env: { readonly SOCKET_MANAGEMENT_URL: string }): Adapters {
  return { webWidget: openWebWidget(openSocketManagement({ url: env.SOCKET_MANAGEMENT_URL })) };
}
