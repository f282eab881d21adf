import { randomUUID } from 'node:crypto';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { expect, test, vi } from 'vitest';
import type { AuditSeals } from '../../../../../functions/hub/repositories/audit-seals.ts';
import { sealAuditTrails } from '../../../../../functions/hub/use-cases/seal-audit-trails.ts';

test.each([
  ['rings for a trail whose seals do not fit', [7, 9], 1],
  ['does not where all of them fit', [], 0],
])('%s', async (_, broken, rung) => {
  const metrics = vi.spyOn(Metrics.prototype, 'addMetric');
  const seals: AuditSeals = {
    creatorsToSeal: async () => [randomUUID()],
    brokenSeals: async () => broken,
    seal: async () => undefined,
  };

  const report = await sealAuditTrails(seals, new Date());

  expect(report.broken).toBe(broken.length);
  expect(metrics.mock.calls.filter(([name]) => name === 'AuditSealBroken')).toHaveLength(rung);
  metrics.mockRestore();
});
