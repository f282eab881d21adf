import type { Texts } from '../texts/texts.ts';

/** What a visitor is told of an error. The service's own messages are English and for developers. */
export function problemText(code: string | undefined, texts: Texts): string {
  switch (code) {
    case 'RATE_LIMITED':
      return texts.tooMany;
    case 'SPEND_LIMIT_REACHED':
    case 'QUOTA_EXCEEDED':
      return texts.spent;
    case 'ORIGIN_NOT_ALLOWED':
    case 'PERMISSION_DENIED':
    case 'NOT_FOUND':
      return texts.unavailable;
    default:
      return texts.failed;
  }
}
