import { AuthEnv, readEnv } from '../../shared/config/env-constants.ts';
import { openSpendWatch, type SpendWatch } from './spend-watch.ts';

let watch: SpendWatch | undefined;

/** Built with the first event. */
export const handler: SpendWatch['handler'] = (event, context) => {
  watch ??= openSpendWatch(readEnv(AuthEnv));
  return watch.handler(event, context);
};
