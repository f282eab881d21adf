import { AiEnv, readEnv } from '../../shared/config/env-constants.ts';
import { restHandler } from '../../shared/lambda/rest-handler.ts';
import type { RestHandler } from '../../shared/lambda/rest-service.ts';
import { openAiApi } from './composition.ts';

let built: RestHandler | undefined;

/** REST `/v1/ai/*`. */
export const handler: RestHandler = async (event, context) => {
  built ??= restHandler(openAiApi(readEnv(AiEnv)));
  return built(event, context);
};
