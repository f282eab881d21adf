import { readSamples } from '../../support/prometheus.ts';
import { until } from '../../support/until.ts';
import type { BenchRow } from '../bench-row.ts';
import { BenchVisitor } from '../world/bench-visitor.ts';
import { type BenchWorld, METRICS_TOKEN } from '../world/bench-world.ts';

const TURNS = 6;
const MINUTES = 10;
const ANSWER = { answerTokens: 150, tokenMs: 7 };
const CONVERSATIONS = 1_000;
/** List prices of us-east-1 in dollars, as docs/scaling.md tells them. */
const PRICE = {
  socketMessage: 1 / 1e6,
  connectedMinute: 0.25 / 1e6,
  gigabyteSecond: 13.33 / 1e6,
  invocation: 0.2 / 1e6,
  restCall: 3.5 / 1e6,
  queueRequest: 0.5 / 1e6,
};
/** Beside the calls: what docs/scaling.md reckons for each post, invocation, REST call and turn. */
const BESIDE = {
  /** 2.5 KB through the NAT and 0.8 KB out to the visitor. */
  post: 2.5e-6 * 0.045 + 0.8e-6 * 0.09,
  /** 1 KB of log; a trace of every second one, which is the most that AWS takes by itself. */
  invocation: 1e-6 * 0.5 + 0.5 * (5 / 1e6),
  /** The firewall. */
  restCall: 0.6 / 1e6,
  /** Some 200 units of Valkey. */
  turn: 200 * (0.0023 / 1e6),
};
/** Send, receive and delete. */
const QUEUE_REQUESTS = 3;
const SOCKET_GIGABYTES = 0.5;
const GENERATE_GIGABYTES = 1;

/** What conversations cost on AWS beside what stands there anyway, from the calls that one of them made here. */
export const callCost: BenchRow = {
  ids: ['C14'],
  measure: async (bench) => {
    const world = await bench.world();
    world.model.set(ANSWER);
    const before = await countersOf(world);
    const visitor = await BenchVisitor.open(world.client, world.widgetId);
    let frames = 0;
    let generateSeconds = 0;
    for (let turn = 0; turn < TURNS; turn += 1) {
      const { arrivals, totalMs } = await visitor.ask(world.question());
      frames += arrivals.length;
      generateSeconds += totalMs / 1_000;
    }
    visitor.close();
    world.model.set({});
    const after = await until('the counters of the conversation', async () => {
      const now = await countersOf(world);
      return now.turns - before.turns >= TURNS && now;
    });
    const restCalls = 1 + after.rest - before.rest; // The configuration is read from the page, and not in this run.
    const events = after.events - before.events;
    const socketSeconds = after.seconds - before.seconds;
    const { calls, beside } = dollarsOf({ frames, restCalls, events, generateSeconds, socketSeconds });
    const counted = `${frames} posts, ${events} socket events, ${restCalls} REST calls, ${generateSeconds.toFixed(1)} s of ai-generate each`;
    const told = (dollars: number) => `$${(dollars * CONVERSATIONS).toFixed(3)}`;
    const note = `${counted}; calls ${told(calls)}, network, logs and traces ${told(beside)}`;
    const reached = (calls + beside) * CONVERSATIONS;
    return [{ id: 'C14', name: 'dollars for 1,000 conversations', reached, atMost: 0.5, note }];
  },
};

interface Counted {
  readonly frames: number;
  readonly restCalls: number;
  readonly events: number;
  readonly generateSeconds: number;
  readonly socketSeconds: number;
}

/** What one conversation costs: by its calls, and beside them. */
function dollarsOf({ frames, restCalls, events, generateSeconds, socketSeconds }: Counted) {
  const invocations = restCalls + events + TURNS;
  const calls =
    (frames + TURNS) * PRICE.socketMessage +
    MINUTES * PRICE.connectedMinute +
    generateSeconds * GENERATE_GIGABYTES * PRICE.gigabyteSecond +
    socketSeconds * SOCKET_GIGABYTES * PRICE.gigabyteSecond +
    invocations * PRICE.invocation +
    restCalls * PRICE.restCall +
    TURNS * QUEUE_REQUESTS * PRICE.queueRequest;
  const beside =
    frames * BESIDE.post + invocations * BESIDE.invocation + restCalls * BESIDE.restCall + TURNS * BESIDE.turn;
  return { calls, beside };
}

interface Counters {
  readonly rest: number;
  readonly events: number;
  /** Of the channel's functions. */
  readonly seconds: number;
  readonly turns: number;
}

async function countersOf({ host }: BenchWorld): Promise<Counters> {
  const headers = { Authorization: `Bearer ${METRICS_TOKEN}` };
  const answer = await fetch(`${host.endpoints.rest_url}/metrics`, { headers });
  const samples = readSamples(await answer.text());
  const sum = (name: string, matches: (labels: Readonly<Record<string, string>>) => boolean) =>
    samples
      .filter((sample) => sample.name === name && matches(sample.labels))
      .reduce((total, { value }) => total + value, 0);
  const ofChannel = ({ service }: Readonly<Record<string, string>>) => service === 'channel';
  const isRest = (labels: Readonly<Record<string, string>>) =>
    ofChannel(labels) && (labels.route ?? '').includes('/v1/');
  return {
    rest: sum('understudy_requests_total', isRest),
    events: sum('understudy_requests_total', (labels) => ofChannel(labels) && !isRest(labels)),
    seconds: sum('understudy_request_duration_seconds_sum', ofChannel),
    turns: sum('understudy_turns_total', () => true),
  };
}
