import { HubEnv, readEnv } from '../../shared/config/env-constants.ts';
import { type RestHandler, restHandler } from '../../shared/lambda/rest-handler.ts';
import { openHubApi } from './composition.ts';

let built: RestHandler | undefined;

/** REST `/v1/hub/*`. */
export const handler: RestHandler = async (event, context) => {
  built ??= restHandler(openHubApi(readEnv(HubEnv)));
  return built(event, context);
};
