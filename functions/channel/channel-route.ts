import { routesUsing } from '../../shared/lambda/route.ts';
import type { ChannelUse } from './channel-use.ts';

/** Makes the routes of channel; see `RouteDefinition` for what one declares. */
export const route = routesUsing<ChannelUse>();
