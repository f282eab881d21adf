/** C11: what a function may weigh, in KB of 1,000 bytes; enforced by tests/unit/infra/build/bundle-sizes.test.ts. */
export const BUNDLE_BUDGETS_KB: Readonly<Record<string, number>> = {
  'auth-api': 500,
  'hub-api': 1_000,
  'channel-socket': 800,
  'ai-generate': 1_450,
};
