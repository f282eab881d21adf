/** A live connection whose pump was taken, and the last number it was sent. */
export interface LiveConnection {
  readonly connectionId: string;
  readonly cursor: number;
}

export interface AppendReply {
  readonly kind: 'appended' | 'repeat' | 'erased' | 'unknown';
  /** 0 where nothing was numbered. */
  readonly seq: number;
  readonly live: readonly LiveConnection[];
}

export interface TailReply {
  /** `more`: frames behind `seq`. `tip`: nothing is behind it. `reset`: too much is lost. `lost`: another pumps. */
  readonly kind: 'more' | 'tip' | 'reset' | 'lost' | 'erased' | 'unknown';
  readonly seq: number;
  /** As they are stored, in order. */
  readonly frames: readonly string[];
}

const APPEND_KINDS = ['appended', 'repeat', 'erased', 'unknown'] as const;
const TAIL_KINDS = ['more', 'tip', 'reset', 'lost', 'erased', 'unknown'] as const;

/** What APPEND returned. @throws TypeError for what is no reply of its */
export function readAppendReply(reply: unknown): AppendReply {
  const [kind, seq, rest] = readReply(reply, APPEND_KINDS);
  const live: LiveConnection[] = [];
  for (let index = 0; index + 1 < rest.length; index += 2) {
    live.push({ connectionId: String(rest[index]), cursor: Number(rest[index + 1]) });
  }
  return { kind, seq, live };
}

/** What JOIN or ADVANCE returned. @throws TypeError for what is no reply of theirs */
export function readTailReply(reply: unknown): TailReply {
  const [kind, seq, rest] = readReply(reply, TAIL_KINDS);
  return { kind, seq, frames: rest.map(String) };
}

function readReply<Kind extends string>(reply: unknown, kinds: readonly Kind[]): [Kind, number, unknown[]] {
  const [first, seq = 0, ...rest]: unknown[] = Array.isArray(reply) ? reply : [];
  const kind = kinds.find((each) => each === first);
  if (kind === undefined || !Number.isInteger(seq))
    throw new TypeError('Redis answered with what is no reply of a stream');
  return [kind, Number(seq), rest];
}
