import { AuthenticationError } from '../../shared/errors/authentication-error.ts';
import { operationsRoutes } from '../../shared/lambda/operations-routes.ts';
import { restHandler } from '../../shared/lambda/rest-handler.ts';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import type { ChannelUse } from './channel-use.ts';
import type { Channel } from './composition.ts';
import { routes } from './routes/table.ts';
import { authenticateVisitor } from './use-cases/authenticate-visitor.ts';
import { limitVisitor } from './use-cases/limit-visitor.ts';
import { mayReadErrors } from './use-cases/may-read-errors.ts';

/** The channel's REST API over what `composeChannel` built. */
export function channelRest({ env, use, pool, redis, metrics }: Channel): RestHandler {
  const operations = operationsRoutes<ChannelUse>({
    prefix: '/v1/channel',
    checks: { database: () => pool.query('select 1'), redis: () => redis.ping() },
    renderMetrics: metrics.render,
    metricsToken: env.METRICS_TOKEN,
    isReadinessForPages: true,
  });
  return restHandler<ChannelUse>({
    service: 'channel',
    routes: [...routes, ...operations],
    use,
    cors: { kind: 'widgets' },
    authenticateVisitor: authenticateVisitor(use),
    limitVisitor: limitVisitor(use),
    // No route of the channel takes a creator's credential.
    authenticateCreator: async () => {
      throw new AuthenticationError();
    },
    mayReadError: mayReadErrors(use),
  });
}
