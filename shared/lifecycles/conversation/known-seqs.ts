const CAPACITY = 2_000;

/** The numbers this instance has drawn itself: a floor that survives the loss of Redis in the middle of an answer. */
export function rememberSeqs(): {
  of(conversationId: string): number;
  saw(conversationId: string, seq: number): void;
} {
  const seqs = new Map<string, number>();
  return {
    of: (conversationId) => seqs.get(conversationId) ?? 0,
    saw: (conversationId, seq) => {
      seqs.delete(conversationId);
      seqs.set(conversationId, seq);
      if (seqs.size <= CAPACITY) return;
      for (const oldest of seqs.keys()) {
        seqs.delete(oldest);
        return;
      }
    },
  };
}
