import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type {
  AuthenticateCreator,
  AuthenticateVisitor,
  CreatorCredential,
  VisitorCredential,
} from '../security/credentials.ts';
import type { CorsPolicy } from './cors.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { Route } from './route.ts';

/** What one REST function serves, and by whose rules. */
export interface RestService<Use> {
  readonly service: string;
  readonly routes: readonly Route<Use>[];
  readonly use: Use;
  readonly cors: CorsPolicy;
  readonly authenticateCreator: AuthenticateCreator;
  /** Only the channel has visitors. */
  readonly authenticateVisitor?: AuthenticateVisitor;
  readonly idempotency?: IdempotencyStore;
  /** Called for every authenticated creator; throws RATE_LIMITED, and has the answer tell how the limit stands. */
  readonly limit?: (caller: CreatorCredential) => Promise<void>;
  /** The same for every visitor, with the address that asks. */
  readonly limitVisitor?: (caller: VisitorCredential, sourceIp: string) => Promise<void>;
  /**
   * Tells whether this origin may read an error that arose before the route knew whether to admit it (and set the
   * scope's `mayPageRead`). Its own failure only means that nobody may.
   */
  readonly mayReadError?: (request: { path: string; origin: string; authorization?: string }) => Promise<boolean>;
  /** Asked about paths that no route has, before the 404; for files, which no table lists. */
  readonly fallback?: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult | undefined>;
}

/** Never throws: every error is an answer in the envelope. */
export type RestHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
