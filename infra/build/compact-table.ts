/**
 * A CommonJS module whose exports equal `table`, an object of many small objects that mostly have the same fields:
 * the names of the fields and every list that occurs more than once are written a single time.
 */
export function compactTable(table: Readonly<Record<string, unknown>>): string {
  const shapes: string[] = [];
  const lists: string[] = [];
  const indexIn = (known: string[], text: string) => (known.indexOf(text) + 1 || known.push(text)) - 1;

  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `l[${indexIn(lists, JSON.stringify(value))}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const shape = indexIn(shapes, JSON.stringify(Object.keys(value)));
    return `o(${[shape, ...Object.values(value).map(write)].join()})`;
  };
  const entries = Object.entries(table).map(([name, value]) => `${JSON.stringify(name)}:${write(value)}`);
  return [
    `const s=[${shapes.join()}],l=[${lists.join()}];`,
    'const o=(i,...v)=>Object.fromEntries(s[i].map((k,n)=>[k,v[n]]));',
    `module.exports={${entries.join()}};`,
  ].join('\n');
}
