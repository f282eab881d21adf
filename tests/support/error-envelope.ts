import { expect } from 'vitest';

/** What every error looks like, over REST and on a socket. */
export const ERROR_ENVELOPE = {
  error: {
    code: expect.any(String),
    message: expect.any(String),
    details: expect.any(Object),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    request_id: expect.any(String),
  },
};
