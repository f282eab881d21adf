import { readBuckets, readConsumers, readQueues } from './read-events.ts';
import { readFunctions } from './read-functions.ts';
import { readRest } from './read-rest.ts';
import { readCustomResources, readSchedules } from './read-schedules.ts';
import { readSocket } from './read-socket.ts';
import { resolveValue } from './resolve-value.ts';
import { isHosted } from './resource-types.ts';
import type { StackModel } from './stack-model.ts';
import { type StackSurroundings, stackReferences } from './stack-references.ts';
import type { Assembly, Template } from './template.ts';

/** One resource with its references resolved. */
export interface Item {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The resources whose condition holds, by type. */
export type Items = (type: string) => readonly Item[];

/**
 * The stack as the local host runs it.
 *
 * @throws TemplateError, one line long, for whatever the local host cannot do
 */
export function readStack(assembly: Assembly, surroundings: StackSurroundings): StackModel {
  const items = resolveItems(assembly.template, surroundings);
  return {
    functions: readFunctions(items, assembly.assetFolder),
    queues: readQueues(items, surroundings),
    buckets: readBuckets(items),
    rest: readRest(items),
    socket: readSocket(items),
    consumers: readConsumers(items),
    schedules: readSchedules(items),
    customResources: readCustomResources(items),
  };
}

function resolveItems(template: Template, surroundings: StackSurroundings): Items {
  const references = stackReferences(template, surroundings);
  const hosted = new Map<string, Item[]>();
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (!isHosted(resource.Type, logicalId)) continue;
    if (resource.Condition && !references.condition(resource.Condition)) continue;
    const properties = resolveValue(resource.Properties, references) as Record<string, unknown>;
    const item: Item = { logicalId, type: resource.Type, properties, metadata: resource.Metadata };
    hosted.set(resource.Type, [...(hosted.get(resource.Type) ?? []), item]);
  }
  return (type) => hosted.get(type) ?? [];
}
