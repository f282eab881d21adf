import type { BenchRow } from './bench-row.ts';
import { answerSpeed } from './rows/answer-speed.ts';
import { bundleSizes } from './rows/bundle-sizes.ts';
import { callCost } from './rows/call-cost.ts';
import { chunkCounting } from './rows/chunk-counting.ts';
import { extraction } from './rows/extraction.ts';
import { growth } from './rows/growth.ts';
import { growthOfOne } from './rows/growth-of-one.ts';
import { hostStart } from './rows/host-start.ts';
import { idleMemory } from './rows/idle-memory.ts';
import { idleSockets } from './rows/idle-sockets.ts';
import { ingestSpeed } from './rows/ingest-speed.ts';
import { loginSpeed } from './rows/login-speed.ts';
import { restLatency } from './rows/rest-latency.ts';
import { roundTrips } from './rows/round-trips.ts';
import { routeLatency } from './rows/route-latency.ts';
import { saturation } from './rows/saturation.ts';
import { streamDelay } from './rows/stream-delay.ts';
import { widgetSizes } from './rows/widget-sizes.ts';

/** In this order: what wants a quiet or fresh host stands first. */
export const ROWS: readonly BenchRow[] = [
  hostStart,
  bundleSizes,
  widgetSizes,
  chunkCounting,
  extraction,
  idleMemory,
  answerSpeed,
  streamDelay,
  ingestSpeed,
  restLatency,
  routeLatency,
  loginSpeed,
  roundTrips,
  callCost,
  saturation,
  idleSockets,
  // Last: they fill the database and the index. A row of its own, so that the figures of the many are told before one grows.
  growth,
  growthOfOne,
];
