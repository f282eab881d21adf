import { APIError, type APIErrorOptions } from './api-error.ts';

/** No credential, one that is not accepted, or (AUTHENTICATION_FAILED) a wrong e-mail or password. */
export class AuthenticationError extends APIError {
  override readonly name = 'AuthenticationError';

  constructor(
    code: 'AUTHENTICATION_REQUIRED' | 'AUTHENTICATION_FAILED' = 'AUTHENTICATION_REQUIRED',
    message = 'A valid credential is required.',
    options: APIErrorOptions = {},
  ) {
    super(code, message, options);
  }
}
