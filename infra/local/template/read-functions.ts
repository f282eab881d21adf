import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseProperties } from './parse-properties.ts';
import type { Item, Items } from './read-stack.ts';
import type { FunctionModel } from './stack-model.ts';

const Code = z.object({ S3Key: z.string() });
const FunctionProperties = z.object({
  Code,
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).default({ Variables: {} }),
  Layers: z.array(z.string()).default([]),
});
const LayerProperties = z.object({ Content: Code });

export function readFunctions(items: Items, assetFolder: (hash: string) => string): ReadonlyMap<string, FunctionModel> {
  const folderOf = (key: string) => assetFolder(key.replace(/\.zip$/, ''));
  const layers = new Map(
    items('AWS::Lambda::LayerVersion').map((item) => [
      item.logicalId,
      folderOf(parseProperties(LayerProperties, item).Content.S3Key),
    ]),
  );
  const models = items('AWS::Lambda::Function').map((item): FunctionModel => {
    const properties = parseProperties(FunctionProperties, item);
    const layerFolders = properties.Layers.flatMap((id) => layers.get(id) ?? []);
    const variables = Object.entries(properties.Environment.Variables);
    return {
      logicalId: item.logicalId,
      name: nameOf(item),
      codeFolder: folderOf(properties.Code.S3Key),
      handler: properties.Handler,
      timeoutMs: properties.Timeout * 1_000,
      memoryMb: properties.MemorySize,
      environment: Object.fromEntries(variables.map(([name, value]) => [name, inLayer(value, layerFolders)])),
    };
  });
  return new Map(models.map((model) => [model.logicalId, model]));
}

/** On AWS layers are unpacked under /opt; here they stay where the asset lies. */
function inLayer(value: string, layerFolders: readonly string[]): string {
  if (!value.startsWith('/opt/')) return value;
  const candidates = layerFolders.map((folder) => join(folder, value.slice('/opt/'.length)));
  return candidates.find((path) => existsSync(path)) ?? candidates[0] ?? value;
}

/** The stack tells each function's name in the build as metadata. */
function nameOf(item: Item): string {
  const name = item.metadata['understudy:function'];
  return typeof name === 'string' ? name : item.logicalId;
}
