import { routesUsing } from '../../shared/lambda/route.ts';
import type { AiUse } from './ai-use.ts';

/** Makes the routes of ai; see `RouteDefinition` for what one declares. */
export const route = routesUsing<AiUse>();
