const CAPACITY = 2_000;

/** The numbers this instance has drawn itself: a floor that survives the loss of Redis in the middle of an answer. */
export function rememberSeqs(): {
  of(creatorId: string, conversationId: string): number;
  saw(creatorId: string, conversationId: string, seq: number): void;
} {
  const seqs = new Map<string, number>();
  return {
    of: (creatorId, conversationId) => seqs.get(`${creatorId}:${conversationId}`) ?? 0,
    saw: (creatorId, conversationId, seq) => {
      const name = `${creatorId}:${conversationId}`;
      seqs.delete(name);
      seqs.set(name, seq);
      if (seqs.size <= CAPACITY) return;
      for (const oldest of seqs.keys()) {
        seqs.delete(oldest);
        return;
      }
    },
  };
}
