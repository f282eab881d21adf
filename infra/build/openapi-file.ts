import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from './function-entries.ts';
import { listFiles } from './sync-folder.ts';

const SERVICES = ['auth', 'hub', 'ai', 'channel'] as const;

interface DescribedRoute {
  readonly method: string;
  readonly path: string;
}

interface OpenApiModule {
  openApiDocument(routes: readonly DescribedRoute[]): unknown;
}

interface OperationsModule {
  operationsRoutes(options: Readonly<Record<string, unknown>>): DescribedRoute[];
}

/**
 * The OpenAPI document of all services. Services do not know one another, so the build gathers what their route files
 * export; it loads them as data at run time, and nothing of them becomes a part of the infrastructure.
 */
export async function buildOpenApiFile(): Promise<Uint8Array> {
  const routes = (await Promise.all(SERVICES.map(routesOf))).flat();
  const { openApiDocument } = await load<OpenApiModule>('shared/lambda/openapi.ts');
  return Buffer.from(`${JSON.stringify(openApiDocument(routes), null, 1)}\n`);
}

async function routesOf(service: string): Promise<DescribedRoute[]> {
  const folder = `functions/${service}/routes`;
  const files = (await listFiles(join(PROJECT_ROOT, folder))).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(files.map((file) => load<Record<string, unknown>>(`${folder}/${file}`)));
  const declared = modules.flatMap((module) => Object.values(module).filter(isRoute));
  const { operationsRoutes } = await load<OperationsModule>('shared/lambda/operations-routes.ts');
  const prefixes = service === 'auth' ? ['', '/v1/auth'] : [`/v1/${service}`];
  const operations = { checks: {}, metricsToken: '', renderMetrics: () => '' };
  return [...declared, ...prefixes.flatMap((prefix) => operationsRoutes({ ...operations, prefix }))];
}

const load = async <Module>(path: string): Promise<Module> =>
  (await import(pathToFileURL(join(PROJECT_ROOT, path)).href)) as Module;

function isRoute(exported: unknown): exported is DescribedRoute {
  return (
    typeof exported === 'object' && exported !== null && 'method' in exported && 'path' in exported && 'run' in exported
  );
}
