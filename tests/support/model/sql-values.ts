interface Interval {
  readonly intervalMs: number;
}

/** One of the signs between two values, in Postgres' three-valued logic. */
export function operate(sign: string, a: unknown, b: unknown): unknown {
  if (a === null || a === undefined || b === null || b === undefined) return null;
  const [x, y] = [comparable(a), comparable(b)] as [number, number];
  const compare: Record<string, () => unknown> = {
    ...{ '=': () => x === y, '<>': () => x !== y, '<': () => x < y, '>': () => x > y },
    ...{ '<=': () => x <= y, '>=': () => x >= y, '||': () => `${a}${b}`, '^': () => x ** y },
    '@>': () => false,
    '+': () => shift(a, b, 1),
    '-': () => shift(a, b, -1),
    '*': () => (isInterval(b) ? { intervalMs: x * b.intervalMs } : x * y),
    '/': () => x / y,
  };
  return compare[sign]?.();
}

function shift(a: unknown, b: unknown, sign: 1 | -1): unknown {
  if (a instanceof Date && isInterval(b)) return new Date(a.getTime() + sign * b.intervalMs);
  return Number(a) + sign * Number(b);
}

function isInterval(value: unknown): value is Interval {
  return typeof value === 'object' && value !== null && 'intervalMs' in value;
}

/** Values that are equal in Postgres are the same here. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return JSON.stringify(value);
  return value ?? null;
}

export const toInteger = (value: unknown) => (typeof value === 'boolean' ? Number(value) : (value ?? null));
