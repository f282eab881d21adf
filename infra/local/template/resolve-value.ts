import { TemplateError } from './template-error.ts';

/** What values of a template may refer to. */
export interface References {
  readonly ref: (logicalId: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => unknown;
  readonly condition: (name: string) => boolean;
  readonly mapping: (name: string, first: string, second: string) => unknown;
}

/** Stands for a property that is to be left out (`AWS::NoValue`). */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Replaces the intrinsic functions in a value of the template, at any depth.
 *
 * @throws TemplateError for a function that is not known here
 */
export function resolveValue(value: unknown, references: References): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, references)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && isIntrinsic(only[0])) return callIntrinsic(only[0], only[1], references);
  const resolved = entries.map(([key, item]) => [key, resolveValue(item, references)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
}

/** The value of a condition's expression. */
export function resolveCondition(expression: unknown, references: References): boolean {
  return resolveValue(expression, references) === true;
}

const isIntrinsic = (key: string) => key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');

function callIntrinsic(name: string, argument: unknown, references: References): unknown {
  switch (name) {
    case 'Ref':
      return references.ref(String(argument));
    case 'Condition':
      return references.condition(String(argument));
    case 'Fn::GetAtt':
      return getAttribute(argument, references);
    case 'Fn::Sub':
      return substitute(argument, references);
    case 'Fn::If': {
      const [condition, yes, no] = argument as [string, unknown, unknown];
      return resolveValue(references.condition(condition) ? yes : no, references);
    }
  }
  const resolved = resolveValue(argument, references) as unknown[];
  switch (name) {
    case 'Fn::Join':
      return (resolved[1] as unknown[]).map(String).join(String(resolved[0]));
    case 'Fn::Split':
      return String(resolved[1]).split(String(resolved[0]));
    case 'Fn::Select':
      return (resolved[1] as unknown[])[Number(resolved[0])];
    case 'Fn::FindInMap':
      return references.mapping(String(resolved[0]), String(resolved[1]), String(resolved[2]));
    case 'Fn::Base64':
      return Buffer.from(String(resolved)).toString('base64');
    case 'Fn::Equals':
      return String(resolved[0]) === String(resolved[1]);
    case 'Fn::Not':
      return resolved[0] !== true;
    case 'Fn::And':
      return resolved.every((item) => item === true);
    case 'Fn::Or':
      return resolved.some((item) => item === true);
    default:
      throw new TemplateError(`the stack uses the function ${name}, which the local host does not know`);
  }
}

function getAttribute(argument: unknown, references: References): unknown {
  const [logicalId, attribute] = Array.isArray(argument)
    ? argument.map(String)
    : [String(argument).split('.')[0], String(argument).split('.').slice(1).join('.')];
  return references.attribute(logicalId ?? '', attribute ?? '');
}

function substitute(argument: unknown, references: References): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const values = resolveValue(variables, references) as Record<string, unknown>;
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(values, name)) return String(values[name]);
    return String(name.includes('.') ? getAttribute(name, references) : references.ref(name));
  });
}
