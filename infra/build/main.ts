import { runProgram } from '../../shared/config/command-line.ts';
import { buildFunctions } from './build-functions.ts';

const HELP = `Bundles the functions into .build and tells their sizes.

  npm run build
  npm run build -- --help   prints this

npm start, npm run synth and npm run deploy build by themselves.
`;

await runProgram({ call: 'npm run build', help: HELP, options: {}, run: build });

async function build(): Promise<number> {
  const { metafile, folder, tookMs } = await buildFunctions();
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (path.endsWith('.map')) continue;
    process.stdout.write(`${String(Math.round(output.bytes / 1024)).padStart(6)} KB  ${path}\n`);
  }
  process.stdout.write(`built ${folder} in ${Math.round(tookMs)} ms\n`);
  return 0;
}
