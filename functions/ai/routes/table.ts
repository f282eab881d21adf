import type { Route } from '../../../shared/lambda/route.ts';
import type { AiUse } from '../ai-use.ts';
import { createAnswer } from './create-answer.ts';
import { readModels } from './read-models.ts';
import { search } from './search.ts';

/** Every route of ai, in the order of the contract. */
export const routes: readonly Route<AiUse>[] = [search, createAnswer, readModels];
