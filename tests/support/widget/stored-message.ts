import { randomUUID } from 'node:crypto';

/** A message as the history tells it. */
export const storedMessage = (
  role: 'visitor' | 'assistant',
  turn_id: string,
  text: string,
  citations: object[] = [],
) => ({
  id: randomUUID(),
  turn_id,
  role,
  text,
  refused: false,
  citations,
  feedback: null,
  created_at: new Date().toISOString(),
});

/** A question and its answer. */
export const storedTurn = (turn_id: string, question: string, answer: string) =>
  [storedMessage('visitor', turn_id, question), storedMessage('assistant', turn_id, answer)] as const;
