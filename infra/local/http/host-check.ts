/**
 * Whether a `Host` header names this very server. A page of a foreign site that has its own name resolve to
 * 127.0.0.1 (DNS rebinding) is told apart by just this header.
 */
export function isOwnHost(header: string | undefined, port: number): boolean {
  const suffix = port === 80 ? '(:80)?' : `:${port}`;
  return new RegExp(`^(localhost|127\\.0\\.0\\.1)${suffix}$`, 'i').test(header ?? '');
}
