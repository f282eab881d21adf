/** What the offline model calls itself, where nobody has asked for it by another name. */
export const OFFLINE_MODELS = { chat: 'understudy-offline-chat', embedding: 'understudy-offline-embed' } as const;
