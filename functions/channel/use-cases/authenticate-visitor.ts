import { AuthenticationError } from '../../../shared/errors/authentication-error.ts';
import { log } from '../../../shared/observability/logger.ts';
import type { AuthenticateVisitor } from '../../../shared/security/credentials.ts';
import type { ChannelUse } from '../channel-use.ts';
import { originNotAllowed } from './admit-page.ts';

/** A session token counts on the page it was issued for, and nowhere else. */
export function authenticateVisitor(use: Pick<ChannelUse, 'tokens'>): AuthenticateVisitor {
  return async (authorization, origin) => {
    const visitor = await use.tokens.verify(bearerToken(authorization));
    if (origin !== visitor.origin) {
      log.security('session_on_another_page', { widget_id: visitor.widgetId });
      throw originNotAllowed();
    }
    return visitor;
  };
}

/** @throws AuthenticationError when the header is missing or is no bearer token */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw new AuthenticationError();
  return token;
}
