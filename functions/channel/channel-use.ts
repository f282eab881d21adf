import type { ChannelAdapter, Outlet } from '../../shared/channels/channel-adapter.ts';
import type { SocketFrame } from '../../shared/channels/web-widget/web-widget.ts';
import type { TurnQueue } from '../../shared/clients/turn-queue.ts';
import type { ReadWebManifest } from '../../shared/config/web-manifest.ts';
import type { lockDailyAnswers, readDailyAnswers } from '../../shared/database/daily-answers.ts';
import type { TenantDatabase } from '../../shared/database/tenant-database.ts';
import type { ConversationStream } from '../../shared/lifecycles/conversation/conversation-stream.ts';
import type { CancelSignal } from '../../shared/lifecycles/turn/cancel-signal.ts';
import type { RateLimiter } from '../../shared/security/rate-limiter.ts';
import type { Connections } from './gateways/connections.ts';
import type { SessionTokens } from './gateways/session-tokens.ts';
import type { Tickets } from './gateways/tickets.ts';
import type { FindCreatorOfWidget, ReadWidget, ReadWidgetRights } from './repositories/widgets.ts';

/** Everything that the use cases of channel work with; built once per instance by `composition.ts`. */
export interface ChannelUse {
  readonly database: TenantDatabase;
  readonly findCreatorOfWidget: FindCreatorOfWidget;
  readonly readWidget: ReadWidget;
  readonly readWidgetRights: ReadWidgetRights;
  readonly readDailyAnswers: typeof readDailyAnswers;
  readonly lockDailyAnswers: typeof lockDailyAnswers;
  readonly tokens: SessionTokens;
  readonly tickets: Tickets;
  readonly connections: Connections;
  readonly stream: ConversationStream;
  /** What the widget's sockets say. */
  readonly webWidget: Pick<ChannelAdapter<SocketFrame>, 'read'>;
  /** Everything that is said to a visitor goes through it. */
  readonly outlet: Outlet;
  readonly turns: TurnQueue;
  readonly cancelSignal: CancelSignal;
  readonly limiter: RateLimiter;
  readonly readWebManifest: ReadWebManifest;
  /** Where browsers connect, without a query. */
  readonly socketUrl: string;
  /** Where clients reach the REST API, without a trailing slash. */
  readonly publicApiUrl: string;
}
