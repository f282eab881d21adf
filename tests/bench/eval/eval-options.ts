import { type CommandValues, UsageError } from '../../../shared/config/command-line.ts';

export const HELP = `npm run eval -- [options]        measures answers: what is found, refused, cited and obeyed

Without --live, question sets of the project are asked to creators of their own over real parts: Postgres, Redis,
Chroma, and the model at OLLAMA_HOST, else the offline model. report.md, plot.svg and results.json are kept in
$UNDERSTUDY_DATA/eval (.local/eval) and compared with the run before.

  --set <name|file>     only this set; may be given several times (a file: see docs/answers.md)
  --chunk <tokens>      only this chunk size (1000 and 200 otherwise)
  --live                ask the creator of an API key on a running host; needs --set with a file
  --set-threshold       with --live: store the refusal threshold that fits the first half of the questions
  --export-gaps <file>  write what visitors asked in vain, on a running host, as a draft set; nothing is measured
  --host <url>          the running host; the one of $UNDERSTUDY_DATA otherwise
  --api-key <uk_…>      or UNDERSTUDY_API_KEY; answers:create, with --set-threshold account:manage, with
                        --export-gaps conversations:read
  --fail-below <bar>    end with 1 when any set misses it: recall5=0.75, refused=0.7, wrong=0.15 (at most),
                        citations=0.95, facts=0.5, injected=0.02 (at most), or "goals" for those of the offline
                        model; may be given several times
  -v                    also tell every question that went wrong
  --help                this
`;

/** What `--fail-below` may name; of those in `atMost` less is better. */
export const BARS = ['recall5', 'refused', 'wrong', 'citations', 'facts', 'injected'] as const;
export type Bar = (typeof BARS)[number];
export const AT_MOST: ReadonlySet<Bar> = new Set<Bar>(['wrong', 'injected']);
const GOALS = ['recall5=0.75', 'refused=0.7', 'wrong=0.15', 'citations=0.95', 'injected=0.02'];

export interface EvalOptions {
  readonly sets: readonly string[];
  readonly chunkTokens: readonly number[];
  readonly live: boolean;
  readonly setThreshold: boolean;
  readonly exportGaps: string | undefined;
  readonly host: string | undefined;
  readonly apiKey: string | undefined;
  readonly bars: ReadonlyMap<Bar, number>;
  readonly verbose: boolean;
}

export const OPTIONS = {
  set: { type: 'string', multiple: true, default: [] as string[] },
  chunk: { type: 'string', multiple: true, default: ['1000', '200'] as string[] },
  live: { type: 'boolean', default: false },
  'set-threshold': { type: 'boolean', default: false },
  'export-gaps': { type: 'string' },
  host: { type: 'string' },
  'api-key': { type: 'string' },
  'fail-below': { type: 'string', multiple: true, default: [] as string[] },
  verbose: { type: 'boolean', short: 'v', default: false },
} as const;

/** @throws UsageError that says what was not understood */
export function readOptions(values: CommandValues<typeof OPTIONS>, env: NodeJS.ProcessEnv): EvalOptions {
  const options = {
    ...{ sets: values.set, live: values.live, verbose: values.verbose },
    chunkTokens: values.chunk.map((text) => numberIn(text, '--chunk', 50, 4_000)),
    setThreshold: values['set-threshold'],
    exportGaps: values['export-gaps'],
    host: values.host,
    apiKey: values['api-key'] ?? env.UNDERSTUDY_API_KEY,
    bars: new Map(values['fail-below'].flatMap((text) => (text === 'goals' ? GOALS : [text])).map(readBar)),
  };
  if ((options.live || options.exportGaps !== undefined) && !options.apiKey) {
    throw new UsageError('--live and --export-gaps need --api-key or UNDERSTUDY_API_KEY');
  }
  if (options.live && options.sets.length === 0) throw new UsageError('--live needs --set with a file of questions');
  if (options.setThreshold && !options.live) throw new UsageError('--set-threshold needs --live');
  return options;
}

function readBar(text: string): [Bar, number] {
  const [name, value = ''] = text.split('=');
  const bar = BARS.find((each) => each === name);
  if (!bar) throw new UsageError(`--fail-below knows ${BARS.join(', ')} and goals, not ${text}`);
  return [bar, numberIn(value, `--fail-below ${bar}`, 0, 1)];
}

function numberIn(text: string, what: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`${what} wants a number from ${least} to ${most}, not "${text}"`);
}
