import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import { composeChannel } from './composition.ts';
import { channelRest } from './rest.ts';

let rest: RestHandler | undefined;

/** REST `/v1/channel/*`. */
export const handler: RestHandler = (event, context) => {
  rest ??= channelRest(composeChannel());
  return rest(event, context);
};
