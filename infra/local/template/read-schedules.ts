import * as z from 'zod';
import { functionIdOf, parseProperties } from './parse-properties.ts';
import type { Item, Items } from './read-stack.ts';
import type { CustomResourceModel, ScheduleModel } from './stack-model.ts';
import { TemplateError } from './template-error.ts';

const Target = z.object({ Arn: z.string(), Input: z.string().optional() });
const RuleProperties = z.object({
  ScheduleExpression: z.string(),
  State: z.string().default('ENABLED'),
  Targets: z.array(Target),
});
export function readSchedules(items: Items): readonly ScheduleModel[] {
  return items('AWS::Events::Rule').flatMap((item) => {
    const rule = parseProperties(RuleProperties, item);
    if (rule.State !== 'ENABLED') return [];
    const everyMs = rateMs(rule.ScheduleExpression, item);
    return rule.Targets.map((target) => ({
      logicalId: item.logicalId,
      functionId: functionIdOf(target.Arn, item),
      everyMs,
      input: target.Input,
    }));
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function rateMs(expression: string, item: Item): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (!count || !unitMs) throw new TemplateError(`${item.logicalId}: the local host knows no schedule ${expression}`);
  return Number(count) * unitMs;
}

const CustomProperties = z.looseObject({ ServiceToken: z.string() });

export function readCustomResources(items: Items): readonly CustomResourceModel[] {
  return items('Custom::Migrations').map((item) => {
    const properties = parseProperties(CustomProperties, item);
    const functionId = functionIdOf(properties.ServiceToken, item);
    return { logicalId: item.logicalId, type: item.type, functionId, properties };
  });
}
