import * as z from 'zod';

/** How the offline model names its family in `/api/tags`. */
const OFFLINE_FAMILY = 'understudy-offline';

/** What of Ollama's `GET /api/tags` is looked at. */
export const ModelList = z.object({
  models: z.array(z.object({ name: z.string(), details: z.object({ family: z.string().optional() }).optional() })),
});
export type ModelList = z.infer<typeof ModelList>;

export interface ModelState {
  readonly name: string;
  /** The server has it; whether it is loaded, the list does not say. */
  readonly ready: boolean;
}

export interface ModelStates {
  readonly chat: ModelState;
  readonly embedding: ModelState;
  /** The server is the one without weights that the local host starts. */
  readonly offline: boolean;
}

const STAGES_WITH_OFFLINE_MODEL: ReadonlySet<string> = new Set(['local', 'test']);

/** What a server's list says about the two models by name; a name without a tag means `latest`, as with Ollama. */
export function statesOfModels({ models }: ModelList, names: { chat: string; embedding: string }): ModelStates {
  const state = (name: string) => ({ name, ready: models.some((model) => withTag(model.name) === withTag(name)) });
  return {
    chat: state(names.chat),
    embedding: state(names.embedding),
    offline: models.some((model) => model.details?.family === OFFLINE_FAMILY),
  };
}

/** Where the offline model may stand in: on one's own machine and in tests, never where visitors come. */
export function allowsOfflineModel(stage: string): boolean {
  return STAGES_WITH_OFFLINE_MODEL.has(stage);
}

function withTag(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}
