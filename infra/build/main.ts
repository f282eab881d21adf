import { buildFunctions } from './build-functions.ts';

const { metafile, folder, tookMs } = await buildFunctions();
for (const [path, output] of Object.entries(metafile.outputs)) {
  if (path.endsWith('.map')) continue;
  process.stdout.write(`${String(Math.round(output.bytes / 1024)).padStart(6)} KB  ${path}\n`);
}
process.stdout.write(`built ${folder} in ${Math.round(tookMs)} ms\n`);
