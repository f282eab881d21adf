import { HubEnv, readEnv } from '../../shared/config/env-constants.ts';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import { type HubApi, openHubApi } from './composition.ts';

let api: HubApi | undefined;

/** REST `/v1/hub/*`. */
export const handler: RestHandler = async (event, context) => {
  api ??= openHubApi(readEnv(HubEnv));
  return api.handler(event, context);
};
