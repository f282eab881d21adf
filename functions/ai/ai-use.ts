import type { ModelStates } from '../../shared/models/model-states.ts';
import type { Answer, QuestionAsked } from './use-cases/answer/answer-question.ts';
import type { FoundPassage } from './use-cases/retrieve/retrieve-passages.ts';

/** Everything that the routes of ai work with; built once per instance by `composition.ts`. */
export interface AiUse {
  /**
   * Answers, and adds that to the creator's counters.
   *
   * @throws APIError when the model fails or the daily limit is reached; the signal's reason when it was aborted
   */
  answer(asked: QuestionAsked): Promise<Answer>;
  /** Passages for a query, best first; added to the creator's counters. */
  search(creatorId: string, query: string, limit: number): Promise<readonly FoundPassage[]>;
  readModels(): Promise<ModelStates>;
}
