import { AuthEnv, readEnv } from '../../shared/config/env-constants.ts';
import { type KeyRotation, openKeyRotation } from './key-rotation.ts';

let rotation: KeyRotation | undefined;

/** Built with the first event. */
export const handler: KeyRotation['handler'] = (event, context) => {
  rotation ??= openKeyRotation(readEnv(AuthEnv));
  return rotation.handler(event, context);
};
