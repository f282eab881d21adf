-- Rights that no service uses. Counters of use are written by ai and read by hub, channel and auth; answers to requests with an
-- Idempotency-Key are kept by hub alone, and ai removes those that name what was deleted. A service that was taken over could
-- otherwise lift a creator's daily limit, or put an answer of its own in the place of another's.
revoke insert, update on usage from understudy_hub, understudy_channel;
revoke all on idempotency_keys from understudy_auth, understudy_channel;
revoke insert, update on idempotency_keys from understudy_ai;
