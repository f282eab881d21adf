import { routesUsing } from '../../shared/lambda/route.ts';
import type { AuthUse } from './auth-use.ts';

/** Makes the routes of auth; see `RouteDefinition` for what one declares. */
export const route = routesUsing<AuthUse>();
