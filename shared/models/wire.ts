import * as z from 'zod';

/** Times on the wire: ISO 8601 in UTC. */
export const Timestamp = z.union([z.iso.datetime(), z.date().transform((date) => date.toISOString())]);

/** An id as clients may write it, in either case; inside it is lower case. */
export const Id = z.uuid().transform((id) => id.toLowerCase());

/** Path parameters of a route about one thing. */
export const IdParams = z.object({ id: Id });

/** What starts work answers 202 with this. */
export const Accepted = z.object({ status: z.literal('accepted') });
