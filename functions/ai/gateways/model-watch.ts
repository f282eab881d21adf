import { APIError } from '../../../shared/errors/api-error.ts';
import { allowsOfflineModel, type ModelStates } from '../../../shared/models/model-states.ts';
import type { OllamaGateway } from './ollama.ts';

export interface ModelWatch {
  /**
   * What the model server offers, asked at most once a minute.
   * @throws APIError DEPENDENCY_UNAVAILABLE where the offline model stands in on a stage that is not one's own machine
   */
  read(): Promise<ModelStates>;
}

const FRESH_MS = 60_000;

/**
 * What the model server offers, remembered for a minute once both models are there.
 *
 * @param stage decides whether the offline model may stand in
 */
export function openModelWatch({ ollama, stage }: { ollama: OllamaGateway; stage: string }): ModelWatch {
  let known: { readonly untilMs: number; readonly states: Promise<ModelStates> } | undefined;
  const ask = (): Promise<ModelStates> => {
    if (known && known.untilMs > Date.now()) return known.states;
    const states = ollama.models();
    known = { untilMs: Date.now() + FRESH_MS, states };
    // A failure is not remembered, and neither is a model that is still being pulled.
    states.then(
      ({ chat, embedding }) => {
        if (!chat.ready || !embedding.ready) known = undefined;
      },
      () => {
        known = undefined;
      },
    );
    return states;
  };
  return {
    async read() {
      const states = await ask();
      if (states.offline && !allowsOfflineModel(stage)) {
        throw new APIError('DEPENDENCY_UNAVAILABLE', 'The language model is not available right now.', {
          cause: new Error(`the offline model is refused on the stage ${stage}`),
        });
      }
      return states;
    },
  };
}
