import { RootEnv, readEnv } from '../../shared/config/env-constants.ts';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import { type AuthApi, openAuthApi } from './auth-api.ts';

let api: AuthApi | undefined;

/** Built with the first event, and not where the password threads load this file once more. */
export const handler: RestHandler = (event, context) => {
  api ??= openAuthApi(readEnv(RootEnv));
  return api.handler(event, context);
};
