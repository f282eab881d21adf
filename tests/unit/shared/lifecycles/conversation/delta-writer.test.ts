import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openDeltaWriter } from '../../../../../shared/lifecycles/conversation/delta-writer.ts';

describe('a delta writer', () => {
  test('appends the first piece before anything else is written', () => {
    const appended: string[] = [];
    const writer = openDeltaWriter(async (text) => {
      return appended.push(text);
    });

    writer.write('first');

    expect(appended).toEqual(['first']);
  });

  test('has one append in flight, and loses no character of what is written meanwhile', async () => {
    const appended: string[] = [];
    let running = 0;
    let most = 0;
    const writer = openDeltaWriter(async (text) => {
      running += 1;
      most = Math.max(most, running);
      await pass(3);
      appended.push(text);
      running -= 1;
      return appended.length;
    }, 5);

    for (let n = 0; n < 50; n += 1) {
      writer.write(`${n} `);
      await pass(1);
    }
    await writer.flush();

    expect(most).toBe(1);
    expect(appended.join('')).toBe(Array.from({ length: 50 }, (_, n) => `${n} `).join(''));
    expect(appended.length).toBeLessThan(50);
  });

  test('flushing waits for no window', async () => {
    const appended: string[] = [];
    const writer = openDeltaWriter(async (text) => {
      return appended.push(text);
    }, 60_000);

    writer.write('a');
    writer.write('b');
    const lastSeq = await writer.flush();

    expect(lastSeq).toBe(2);
    expect(appended).toEqual(['a', 'b']);
  });

  test('a failed append ends the writer: nothing is sent twice or out of turn', async () => {
    const appended: string[] = [];
    const writer = openDeltaWriter(async (text) => {
      appended.push(text);
      throw new Error('redis went away');
    }, 0);

    writer.write('a');
    await expect(writer.flush()).rejects.toThrow('redis went away');

    expect(() => writer.write('b')).toThrow('redis went away');
    await expect(writer.flush()).rejects.toThrow('redis went away');
    expect(appended).toEqual(['a']);
  });
});
