import { expect, test } from 'vitest';
import { openModelWatch } from '../../../../../functions/ai/gateways/model-watch.ts';
import type { OllamaGateway } from '../../../../../functions/ai/gateways/ollama.ts';
import type { ModelStates } from '../../../../../shared/models/model-states.ts';

function gateway(states: Partial<ModelStates>) {
  const ready = { chat: { name: 'c', ready: true }, embedding: { name: 'e', ready: true }, offline: false };
  const asked = { times: 0 };
  const models = async () => {
    asked.times += 1;
    return { ...ready, ...states };
  };
  return { asked, ollama: { models } as OllamaGateway };
}

test.each(['local', 'test'])('the offline model may stand in on the stage %s', async (stage) => {
  const { ollama } = gateway({ offline: true });

  expect(await openModelWatch({ ollama, stage }).read()).toMatchObject({ offline: true });
});

test.each(['dev', 'staging', 'prod'])('the offline model is refused on the stage %s', async (stage) => {
  const { ollama } = gateway({ offline: true });

  await expect(openModelWatch({ ollama, stage }).read()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
});

test('the server is not asked again while its models are known to be ready', async () => {
  const { asked, ollama } = gateway({});
  const watch = openModelWatch({ ollama, stage: 'prod' });

  await Promise.all([watch.read(), watch.read()]);
  await watch.read();

  expect(asked.times).toBe(1);
});

test('a model that is missing is looked for again', async () => {
  const { asked, ollama } = gateway({ chat: { name: 'c', ready: false } });
  const watch = openModelWatch({ ollama, stage: 'prod' });

  await watch.read();
  await watch.read();

  expect(asked.times).toBe(2);
});
