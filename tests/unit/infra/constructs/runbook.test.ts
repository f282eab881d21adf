import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PLATFORM_RUNBOOK_SECTIONS, RUNBOOK_SECTIONS } from '../../../../infra/constructs/alarm.ts';

test('the runbook has a section for everything that an alarm points to', () => {
  const runbook = readFileSync(new URL('../../../../docs/runbook.md', import.meta.url), 'utf8');

  const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

  expect(headings).toEqual([...RUNBOOK_SECTIONS, ...PLATFORM_RUNBOOK_SECTIONS]);
});
