-- Chunks are stored while their document is still being embedded, so that publishing it is short: beside those of the live
-- generation there may be those of the one that is being made, as long as it is. An attacker would look for what a
-- replaced or refused file said: whoever reads passages joins on `live_generation`, and what ends an unpublished
-- generation removes its chunks in the same transaction.
comment on table chunks is 'Passages. Only those of documents.live_generation answer.';
