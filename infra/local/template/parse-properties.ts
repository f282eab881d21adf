import type * as z from 'zod';
import type { Item } from './read-stack.ts';
import { TemplateError } from './template-error.ts';

/** @throws TemplateError naming the resource and the property that is not as expected */
export function parseProperties<S extends z.ZodType>(schema: S, item: Item): z.output<S> {
  const parsed = schema.safeParse(item.properties);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new TemplateError(
    `${item.type} ${item.logicalId}: the local host does not understand ${where} (${issue?.message})`,
  );
}

const FUNCTION_ARN = /:function:([A-Za-z0-9]+)/;

/** The logical id in a function's ARN or in the address of an integration with it. */
export function functionIdOf(text: string, item: Item): string {
  const found = FUNCTION_ARN.exec(text)?.[1];
  if (!found) throw new TemplateError(`${item.type} ${item.logicalId} does not lead to a function of the stack`);
  return found;
}
