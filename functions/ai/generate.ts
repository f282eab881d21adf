import { AiEnv, readEnv } from '../../shared/config/env-constants.ts';
import { type QueueHandler, queueHandler } from '../../shared/lambda/queue-handler.ts';
import { TurnMessage } from '../../shared/models/turn-message.ts';
import { openGeneration } from './generate-composition.ts';
import { generateTurn } from './use-cases/answer/generate-turn.ts';

let built: QueueHandler | undefined;

/** SQS turns: one message, one turn to answer. */
export const handler: QueueHandler = async (event, context) => {
  built ??= openHandler();
  return built(event, context);
};

function openHandler(): QueueHandler {
  const deps = openGeneration(readEnv(AiEnv));
  return queueHandler('ai', 'turns', (record) => generateTurn(deps, TurnMessage.parse(JSON.parse(record.body))));
}
