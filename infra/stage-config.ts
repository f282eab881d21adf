import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { FUNCTION_ENTRIES, type FunctionName, PROJECT_ROOT } from './build/function-entries.ts';
import { connectionBudget } from './stacks/connection-budget.ts';

/** The stages that are installed on AWS; each has its file in infra/stages. */
export const STAGES = ['dev', 'staging', 'prod'] as const;
export type StageName = (typeof STAGES)[number];

const HOST_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const HostName = z.string().regex(HOST_NAME, 'a host name in lower case, such as app.example.org');
const certificateIn = (regions: string, where: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws[\\w-]*:acm:${regions}:\\d{12}:certificate/[\\w-]+$`), `ARN of a certificate ${where}`);
const CronLine = z.string().regex(/^(\S+ ){4}\S+$/, 'five fields of cron, such as 0 7 * * MON-FRI');
const count = (least: number, most: number) => z.int().min(least).max(most);

const Domain = z.strictObject({
  /** Where people open the console and pages load the widget's files from: CloudFront answers there. */
  web: HostName,
  /** CloudFront takes certificates from us-east-1 only. */
  webCertificateArn: certificateIn('us-east-1', 'in us-east-1, where CloudFront looks'),
  /** Where the REST API answers; `web` and `api` differ, or limits by address would count CloudFront's own. */
  api: HostName,
  apiCertificateArn: certificateIn('[a-z0-9-]+', 'in the region of the installation'),
  /** With it the records are made; without, the outputs of the edge stack tell what to enter at your DNS. */
  hostedZone: z
    .strictObject({ id: z.string().regex(/^Z[A-Z0-9]+$/, 'a zone id, such as Z0123'), name: HostName })
    .optional(),
});

const Database = z.strictObject({
  instance: z.string().regex(/^[tmr]\d+[a-z]*\.\w+$/, 'a class without the prefix db., such as t4g.medium'),
  /** Of one instance: half of it follows from the class's memory, so it is written down and checked against use. */
  maxConnections: count(50, 5_000),
  storageGb: count(20, 16_384),
  maxStorageGb: count(20, 16_384),
  multiAz: z.boolean(),
  backupDays: count(1, 35),
  /** Whether functions go through RDS Proxy; migrations never do. `unused` stands between true and false. */
  proxy: z.union([z.boolean(), z.literal('unused')]),
});

const Models = z.strictObject({
  /** g5 or g6 with one GPU is enough for a 7b model; g5g has another processor, which the image does not run on. */
  instance: z
    .string()
    .regex(/^(g5|g6|g6e)\.\d*xlarge$/, 'an x86_64 GPU type: g5.xlarge, g6.xlarge, g6e.xlarge or larger'),
  hosts: count(1, 8),
  /** Held to this image; without it each deployment takes the newest, and replaces the hosts when it is another. */
  image: z
    .string()
    .regex(/^ami-[0-9a-f]{8,17}$/, 'an image, such as ami-0123456789abcdef0')
    .optional(),
  /** The hosts run between `start` and `stop` only; without it, always. */
  hours: z.strictObject({ start: CronLine, stop: CronLine, timeZone: z.string().min(3) }).optional(),
  ollamaVersion: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version, such as 0.13.5'),
  chat: z.string().regex(/^[\w./-]+(:[\w.-]+)?$/),
  embedding: z.string().regex(/^[\w./-]+(:[\w.-]+)?$/),
  /** Answers that one host writes at the same time; more wait in line. */
  parallelAnswers: count(1, 64),
  /** Turns in work at once, those in line included: the back-pressure on the hosts. */
  turnsAtOnce: count(2, 1_000),
});

const Chroma = z.strictObject({
  instance: z.string().regex(/^[tmrc]\d+g[a-z]*\.\w+$/, 'an arm64 type, such as t4g.medium'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version, such as 1.5.9'),
  storageGb: count(8, 16_384),
  snapshotsKept: count(1, 100),
});

/** What one creator may keep. */
const Quota = z.strictObject({
  documents: count(0, 100_000).default(2_000),
  documentBytes: count(0, 1_099_511_627_776).default(5_368_709_120),
  answers: count(0, 100_000).default(2_000),
  widgets: count(0, 10_000).default(100),
  apiKeys: count(0, 10_000).default(100),
});

const Sessions = z.strictObject({
  /** Without a refresh for so long a creator signs in again. */
  idleDays: count(1, 365).default(30),
  /** How long an ended session can pass at most, where Redis was out of reach when it ended. */
  markSeconds: count(5, 900).default(60),
});

const functionNames = Object.keys(FUNCTION_ENTRIES) as [FunctionName, ...FunctionName[]];

/** What an operator decides about a stage. Everything else follows from the stacks. */
export const StageConfig = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-central-1'),
  /** Sender of mail; its address or domain must be verified in SES. */
  mailFrom: z.string().regex(/@/, 'a sender, such as Understudy <no-reply@example.org>'),
  /** Who is told when an alarm rings. */
  alarmEmail: z.email(),
  domain: Domain.optional(),
  natGateways: count(1, 3),
  database: Database,
  cache: z.strictObject({ maxStorageGb: count(1, 5_000), maxEcpuPerSecond: count(1_000, 15_000_000) }),
  models: Models,
  chroma: Chroma,
  /** Instances at most per function; what is not named shares the account's pool. */
  reservedConcurrency: z.partialRecord(z.enum(functionNames), count(1, 1_000)),
  rateLimitFactor: z.number().positive().default(1),
  /** Counted up when a secret has changed: functions read secrets only when they are deployed anew. */
  credentialsRound: count(1, 1_000_000).default(1),
  sessions: Sessions.prefault({}),
  quota: Quota.prefault({}),
});
export type StageConfig = z.infer<typeof StageConfig>;

export class StageConfigError extends Error {
  override readonly name = 'StageConfigError';
}

/** @throws StageConfigError naming every line that is missing or wrong, and what belongs there */
export function parseStageConfig(stage: StageName, text: string, file: string): StageConfig {
  const result = StageConfig.superRefine((config, context) => {
    if (stage !== 'dev' && !config.domain) {
      context.addIssue({
        code: 'custom',
        path: ['domain'],
        message: `missing: ${stage} needs host names and certificates`,
      });
    }
    if (config.domain && config.domain.web === config.domain.api) {
      context.addIssue({ code: 'custom', path: ['domain', 'api'], message: 'must differ from domain.web' });
    }
    checkReservations(stage, config, (message) =>
      context.addIssue({ code: 'custom', path: ['reservedConcurrency'], message }),
    );
  }).safeParse(parseJson(text, file));
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.') || '(whole file)'}: ${message}`);
  throw new StageConfigError(`${file} is not complete:\n${lines.join('\n')}`);
}

/** @throws StageConfigError for a name that is no stage */
export function stageNamed(name: string): StageName {
  const known = STAGES.find((stage) => stage === name);
  if (!known) throw new StageConfigError(`there is no stage ${name}: take one of ${STAGES.join(', ')}`);
  return known;
}

/** Reads infra/stages/<stage>.json. @throws StageConfigError */
export function readStageConfig(stage: StageName): StageConfig {
  const file = `infra/stages/${stage}.json`;
  const path = `${PROJECT_ROOT}${file}`;
  if (!existsSync(path)) throw new StageConfigError(`${file} is missing: it says what the stage ${stage} is made of`);
  return parseStageConfig(stage, readFileSync(path, 'utf8'), file);
}

/** Values that came with the project and stand for what only an operator knows: good for a look, not for AWS. */
export function placeholdersIn(config: StageConfig): readonly string[] {
  const told: Record<string, string | undefined> = {
    mailFrom: config.mailFrom,
    alarmEmail: config.alarmEmail,
    'domain.web': config.domain?.web,
    'domain.api': config.domain?.api,
    'domain.webCertificateArn': config.domain?.webCertificateArn,
    'domain.apiCertificateArn': config.domain?.apiCertificateArn,
  };
  const isPlaceholder = (value: string | undefined) => /example\.(org|com|net)\b|:000000000000:/.test(value ?? '');
  return Object.keys(told).filter((name) => isPlaceholder(told[name]));
}

/** A stage that bounds its functions bounds all of them, to what its database bears. */
function checkReservations(stage: StageName, config: StageConfig, complain: (message: string) => void): void {
  const { planned, allowed, unbounded } = connectionBudget(config.reservedConcurrency, config.database.maxConnections);
  if (planned > allowed) {
    complain(`${planned} database connections, of which ${allowed} are allowed (70 % of database.maxConnections)`);
  }
  if (stage !== 'dev' && unbounded.length > 0) complain(`missing: ${unbounded.join(', ')}`);
  const turns = config.reservedConcurrency['ai-generate'];
  if (turns !== undefined && turns < config.models.turnsAtOnce) {
    complain(`ai-generate has ${turns}, models.turnsAtOnce says ${config.models.turnsAtOnce}: turns would be refused`);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StageConfigError(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
