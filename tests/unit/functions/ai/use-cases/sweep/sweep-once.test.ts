import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { SweepTools } from '../../../../../../functions/ai/use-cases/sweep/send-due-work.ts';
import { sweepOnce } from '../../../../../../functions/ai/use-cases/sweep/sweep-once.ts';
import type { TurnMessage } from '../../../../../../shared/models/turn-message.ts';

const turn = () => ({ creator_id: randomUUID(), conversation_id: randomUUID(), turn_id: randomUUID() });

function toolsFor({ turns = [turn()], overdue = [] as ReturnType<typeof turn>[], queue = vi.fn(async () => {}) }) {
  const nothing = async () => [];
  const tools = {
    due: {
      overdueTurns: async () => overdue,
      turns: async () => turns,
      ...{ documents: nothing, answers: nothing, reconciliations: nothing },
    },
    database: { withTenant: () => Promise.reject(new Error('the database is away')) },
    turnsQueue: { send: queue },
  };
  return tools as unknown as SweepTools;
}

test('a run that did all that was due ends well', async () => {
  await expect(sweepOnce(toolsFor({}))).resolves.toBeUndefined();
});

test('what the queue does not take is told by the run, which tries all the same the rest', async () => {
  const queue = vi.fn(async (_message?: TurnMessage) => {});
  queue.mockRejectedValueOnce(new Error('SQS answered 403'));

  await expect(sweepOnce(toolsFor({ turns: [turn(), turn(), turn()], queue }))).rejects.toThrow('1 of what was due');
  expect(queue).toHaveBeenCalledTimes(3);
});

test('a turn that cannot be ended is told as well', async () => {
  await expect(sweepOnce(toolsFor({ turns: [], overdue: [turn()] }))).rejects.toThrow('1 of what was due');
});
