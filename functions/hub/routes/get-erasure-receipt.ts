import * as z from 'zod';
import { orNotFound } from '../../../shared/errors/or-not-found.ts';
import { Id } from '../../../shared/models/wire.ts';
import { route } from '../hub-route.ts';
import { ErasureReceipt } from './erasure-receipt-shape.ts';

export const getErasureReceipt = route({
  method: 'GET',
  path: '/v1/hub/erasure-receipts/{subject_id}',
  permission: 'analytics:read',
  summary: 'The receipt of a deleted document or curated answer, by its id',
  input: { params: z.object({ subject_id: Id }) },
  output: { 200: ErasureReceipt },
  run: async ({ params, caller, use }) =>
    orNotFound(await use.readInTenant(caller, ({ erasureReceipts }) => erasureReceipts.find(params.subject_id))),
});
