import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { TemplateError } from './template-error.ts';

export const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;

/** A CloudFormation template, as far as the local host reads it. */
export const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Resources: z.record(z.string(), Resource),
});
export type Template = z.infer<typeof Template>;

const AssetManifest = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string(), packaging: z.string() }) })).default({}),
});

export interface Assembly {
  readonly template: Template;
  /** The absolute folder of an asset by its hash. */
  readonly assetFolder: (hash: string) => string;
}

/**
 * Reads what `cdk synth` wrote for one stack.
 *
 * @throws TemplateError when a file is missing or is no template
 */
export async function readAssembly(folder: string, stackName: string): Promise<Assembly> {
  const template = await readShape(join(folder, `${stackName}.template.json`), Template);
  const manifest = await readShape(join(folder, `${stackName}.assets.json`), AssetManifest);
  const assetFolder = (hash: string) => {
    const file = manifest.files[hash];
    if (!file) throw new TemplateError(`the template names the asset ${hash}, which the manifest does not have`);
    return join(folder, file.source.path);
  };
  return { template, assetFolder };
}

async function readShape<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new TemplateError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new TemplateError(`${path} is not what synthesis writes (at ${where})`);
}
