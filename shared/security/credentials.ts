import type { Permission } from '../models/permission.ts';

/** A creator, known by an access token or an API key. */
export interface CreatorCredential {
  readonly kind: 'session' | 'api_key';
  readonly creatorId: string;
  readonly permissions: readonly Permission[];
  /** The session's id, or the API key's. */
  readonly id: string;
}

/** A visitor of one widget's page, known by a session token. */
export interface VisitorCredential {
  readonly kind: 'visitor';
  readonly creatorId: string;
  readonly widgetId: string;
  readonly conversationId: string;
  readonly visitorId: string;
  /** The page's origin that the token is bound to. */
  readonly origin: string;
}

export interface AuthenticateCreator {
  /**
   * @throws AuthenticationError when the credential is missing, malformed, expired or not known; APIError RATE_LIMITED
   *   after too many unknown ones from the address
   */
  (authorization: string | undefined, sourceIp: string): Promise<CreatorCredential>;
  /** Tells the creator's audit trail that a credential was used for what it may not do. Never throws. */
  noteRefusal?(caller: CreatorCredential, permission: Permission): Promise<void>;
}
/**
 * A visitor's token counts only on the page it was issued for.
 *
 * @throws AuthenticationError like the above; APIError ORIGIN_NOT_ALLOWED from another page, or from none
 */
export type AuthenticateVisitor = (
  authorization: string | undefined,
  origin: string | undefined,
) => Promise<VisitorCredential>;

/** Who acts, as the audit trail names them. */
export function actorOf(credential: CreatorCredential | VisitorCredential): string {
  return credential.kind === 'visitor' ? `visitor:${credential.visitorId}` : `${credential.kind}:${credential.id}`;
}
