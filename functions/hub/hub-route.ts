import { routesUsing } from '../../shared/lambda/route.ts';
import type { HubUse } from './hub-use.ts';

/** Makes the routes of hub; see `RouteDefinition` for what one declares. */
export const route = routesUsing<HubUse>();
