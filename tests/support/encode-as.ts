/** The bytes of a text in an encoding of one or two bytes a character, by asking the decoder what each pair means. */
export function encodeAs(text: string, encoding: string): Buffer {
  const table = tableOf(encoding);
  return Buffer.concat(
    [...text].map((character) => {
      const bytes = table.get(character);
      if (!bytes) throw new Error(`${encoding} has no ${character}`);
      return bytes;
    }),
  );
}

const tables = new Map<string, Map<string, Buffer>>();

function tableOf(encoding: string): Map<string, Buffer> {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Map<string, Buffer>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const learn = (...bytes: number[]) => {
    try {
      const meaning = decoder.decode(Buffer.from(bytes));
      if ([...meaning].length === 1 && !table.has(meaning)) table.set(meaning, Buffer.from(bytes));
    } catch {
      // Bytes that mean nothing in this encoding.
    }
  };
  for (let first = 0; first < 256; first += 1) learn(first);
  for (let first = 0x81; first < 256; first += 1)
    for (let second = 0x40; second < 256; second += 1) learn(first, second);
  tables.set(encoding, table);
  return table;
}
