import * as z from 'zod';
import { ErrorBody } from '../../errors/error-envelope.ts';
import { Citation } from '../../models/citation.ts';
import { Question } from '../../models/question.ts';

const id = z.uuid();

/** What happens in a conversation, before it has its number. */
export const NumberedFrameBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), client_message_id: id, message_id: id, turn_id: id }),
  z.object({ type: z.literal('queued'), turn_id: id, position: z.int().min(1) }),
  z.object({ type: z.literal('delta'), turn_id: id, text: z.string() }),
  z.object({ type: z.literal('citations'), turn_id: id, citations: z.array(Citation) }),
  z.object({
    type: z.literal('completed'),
    turn_id: id,
    message_id: id,
    refused: z.boolean(),
    finish_reason: z.enum(['stop', 'length', 'cancelled']),
    text: z.string(),
  }),
  z.object({ type: z.literal('failed'), turn_id: id, error: ErrorBody }),
  z.object({ type: z.literal('restarted'), turn_id: id }),
]);
export type NumberedFrameBody = z.infer<typeof NumberedFrameBody>;

/** `seq` starts at 1 and rises by one within a conversation. */
export const NumberedFrame = z.intersection(NumberedFrameBody, z.object({ seq: z.int().min(1) }));
export type NumberedFrame = z.infer<typeof NumberedFrame>;

/** Said to one socket, outside the conversation's numbering. */
export const PlainFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('error'), error: ErrorBody }),
  z.object({ type: z.literal('reset'), last_seq: z.int().min(0) }),
  z.object({ type: z.literal('closing'), reason: z.string() }),
]);
export type PlainFrame = z.infer<typeof PlainFrame>;

/** Whatever a socket may be sent. */
export const ServerFrame = z.union([NumberedFrame, PlainFrame]);
export type ServerFrame = z.infer<typeof ServerFrame>;

/** A whole number, of any size: one that no conversation reaches is a place that is not known. */
const Place = z
  .number()
  .min(0)
  .refine(Number.isInteger, 'Write a whole number.')
  .transform((place) => Math.min(place, Number.MAX_SAFE_INTEGER));

/** What a visitor's socket may send. */
export const ClientFrame = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('message'),
    client_message_id: id.transform((value) => value.toLowerCase()),
    text: Question,
  }),
  z.strictObject({ action: z.literal('resume'), after_seq: Place }),
  z.strictObject({ action: z.literal('cancel'), turn_id: id.transform((value) => value.toLowerCase()) }),
  z.strictObject({ action: z.literal('ping') }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;
