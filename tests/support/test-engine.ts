import { readAnswerBasis } from '../../functions/ai/repositories/answer-basis.ts';
import { dismissPage } from '../../functions/ai/use-cases/answer/dismiss-page.ts';
import type { GenerateDependencies } from '../../functions/ai/use-cases/answer/generate-turn.ts';
import { openPlaceTeller } from '../../functions/ai/use-cases/answer/tell-places.ts';
import type { TenantDatabase } from '../../shared/database/tenant-database.ts';
import { readLostRight } from '../../shared/lifecycles/conversation/page-right.ts';
import type { TestChannel } from './channel-fixture.ts';

/** What answers turns, on the test channel's own stream and sockets and the role of ai, with `answer` for the model. */
export function testEngine(
  { use: { stream, outlet, turns } }: TestChannel,
  asAi: TenantDatabase,
  answer: GenerateDependencies['answer'],
): GenerateDependencies {
  return {
    database: asAi,
    stream,
    turns,
    places: openPlaceTeller(stream, 0),
    answer,
    readBasis: readAnswerBasis,
    readVoice: async () => undefined,
    cancels: { watch: () => () => {} },
    readLostRight,
    dismissPage: (key, reason) => dismissPage({ stream, outlet }, key, reason),
    lookAtRightEveryMs: 50,
    chatModel: 'scripted',
  };
}
