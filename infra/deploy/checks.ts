import type { Finding } from '../doctor/finding.ts';
import { placeholdersIn, type StageConfig } from '../stage-config.ts';
import type { AwsAccount } from './aws-account.ts';

/** Running On-Demand G and VT instances, counted in virtual processors. */
const GPU_QUOTA = 'L-DB2E81BA';
/** Concurrent executions of all functions in a region. */
const CONCURRENCY_QUOTA = 'L-B99A9384';
/** Lambda keeps so many back from reservation. */
const UNRESERVED = 100;
const XLARGE_PROCESSORS = 4;

/** An emulator has no quotas, is bootstrapped with the deployment, and takes any sender. */
const NEEDED_ON_AWS_ONLY = new Set(['configuration', 'bootstrap', 'GPU type', 'GPU quota', 'concurrency', 'sender']);

/** What fails the check on AWS and is told on an emulator. */
export function softenForEmulator(finding: Finding): Finding {
  if (finding.state !== 'fail' || !NEEDED_ON_AWS_ONLY.has(finding.what)) return finding;
  return { ...finding, state: 'warn', line: `on AWS it would stop here: ${finding.line}` };
}

/** Looks at everything a deployment needs, one finding each, in the order in which a person would mend them. */
export async function checkStage(config: StageConfig, account: AwsAccount, doFetch: typeof fetch): Promise<Finding[]> {
  const identity = await attempt('credentials', () => checkIdentity(account, config.region));
  const first = [checkPlaceholders(config), identity];
  // Nothing else can be asked without credentials.
  if (identity.state === 'fail') return first;
  return [
    ...first,
    ...(await Promise.all([
      attempt('bootstrap', () => checkBootstrap(account, config.region)),
      attempt('GPU type', () => checkGpuType(config, account)),
      attempt('GPU quota', () => checkGpuQuota(config, account)),
      attempt('concurrency', () => checkConcurrency(config, account)),
      attempt('sender', () => checkSender(config, account)),
      attempt('chat model', () => checkModel('chat model', config.models.chat, doFetch)),
      attempt('embedding', () => checkModel('embedding', config.models.embedding, doFetch)),
    ])),
  ];
}

/** Virtual processors of one host: 4 for xlarge, and so many times as many as its name says. */
function processorsOf(instance: string): number {
  const times = /\.(\d*)xlarge$/.exec(instance)?.[1];
  return XLARGE_PROCESSORS * Number(times || '1');
}

function checkPlaceholders(config: StageConfig): Finding {
  const names = placeholdersIn(config);
  if (names.length === 0) return { state: 'ok', what: 'configuration', line: 'complete' };
  return { state: 'fail', what: 'configuration', line: `put in values of your own for ${names.join(', ')}` };
}

async function checkIdentity(account: AwsAccount, region: string): Promise<Finding> {
  const { account: id, arn } = await account.identity();
  return { state: 'ok', what: 'credentials', line: `account ${id} in ${region}, as ${arn}` };
}

async function checkBootstrap(account: AwsAccount, region: string): Promise<Finding> {
  const version = await account.bootstrapVersion();
  if (version !== undefined) return { state: 'ok', what: 'bootstrap', line: `the CDK is set up, version ${version}` };
  return { state: 'fail', what: 'bootstrap', line: `run once: AWS_REGION=${region} npx cdk bootstrap` };
}

async function checkGpuType({ models, region }: StageConfig, account: AwsAccount): Promise<Finding> {
  const zones = await account.instanceZones(models.instance);
  const what = 'GPU type';
  if (zones.length > 0) return { state: 'ok', what, line: `${models.instance} is offered in ${zones.join(', ')}` };
  return { state: 'fail', what, line: `${region} has no ${models.instance}: take another type, models.instance` };
}

async function checkGpuQuota({ models }: StageConfig, account: AwsAccount): Promise<Finding> {
  const quota = await account.quota('ec2', GPU_QUOTA);
  const needed = processorsOf(models.instance) * models.hosts;
  const what = 'GPU quota';
  const needs = `${models.hosts} × ${models.instance} need ${needed} virtual processors, the quota is ${quota}`;
  if (quota >= needed) return { state: 'ok', what, line: needs };
  return { state: 'fail', what, line: `${needs}: ask for more under Service Quotas, EC2, ${GPU_QUOTA}` };
}

async function checkConcurrency(config: StageConfig, account: AwsAccount): Promise<Finding> {
  const quota = await account.quota('lambda', CONCURRENCY_QUOTA);
  const reserved = Object.values(config.reservedConcurrency).reduce((sum, count) => sum + (count ?? 0), 0);
  const what = 'concurrency';
  const line = `${reserved} reserved, the account has ${quota}`;
  if (reserved === 0 || reserved + UNRESERVED <= quota) return { state: 'ok', what, line };
  return {
    state: 'fail',
    what,
    line: `${line}, of which ${UNRESERVED} stay unreserved: ask for more under Service Quotas, Lambda, ${CONCURRENCY_QUOTA}`,
  };
}

async function checkSender(config: StageConfig, account: AwsAccount): Promise<Finding> {
  const address = /<([^>]+)>/.exec(config.mailFrom)?.[1] ?? config.mailFrom;
  const { isVerified, isInSandbox } = await account.sender(address);
  const what = 'sender';
  if (!isVerified) return { state: 'fail', what, line: `verify ${address} or its domain in SES, ${config.region}` };
  if (isInSandbox) return { state: 'warn', what, line: 'SES is in its sandbox: mail reaches verified addresses only' };
  return { state: 'ok', what, line: `SES sends as ${address}` };
}

async function checkModel(what: string, name: string, doFetch: typeof fetch): Promise<Finding> {
  const [path = name, tag = 'latest'] = name.split(':');
  const url = `https://registry.ollama.ai/v2/${path.includes('/') ? path : `library/${path}`}/manifests/${tag}`;
  const response = await doFetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (response?.ok) return { state: 'ok', what, line: `${name} is there` };
  if (response?.status === 404) return { state: 'fail', what, line: `Ollama knows no model ${name}` };
  return { state: 'warn', what, line: `${name}: Ollama’s registry could not be asked` };
}

async function attempt(what: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
    // What `fetch` throws says why only in its cause.
    const reason = cause instanceof Error && cause.message ? `${message}: ${cause.message}` : message;
    const line =
      name === 'CredentialsProviderError' ? 'none found: set AWS_PROFILE, or sign in with aws sso login' : reason;
    return { state: 'fail', what, line };
  }
}
