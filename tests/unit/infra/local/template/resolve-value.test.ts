import { describe, expect, test } from 'vitest';
import { NO_VALUE, type References, resolveValue } from '../../../../../infra/local/template/resolve-value.ts';

const references: References = {
  ref: (id) => (id === 'AWS::NoValue' ? NO_VALUE : `ref:${id}`),
  attribute: (id, name) => `att:${id}:${name}`,
  condition: (name) => name === 'Yes',
  mapping: (...path) => path.join('/'),
};
const resolve = (value: unknown) => resolveValue(value, references);

describe('values of a template', () => {
  test.each([
    [{ Ref: 'Queue' }, 'ref:Queue'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'att:Queue:Arn'],
    [{ 'Fn::GetAtt': 'Nested.Outputs.Arn' }, 'att:Nested:Outputs.Arn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }, 3]] }, 'a-ref:B-3'],
    [
      { 'Fn::Sub': ['$' + '{A}/$' + '{Q.Arn}/$' + '{V}/$' + '{!kept}', { V: { Ref: 'X' } }] },
      'ref:A/att:Q:Arn/ref:X/$' + '{kept}',
    ],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    [{ 'Fn::If': ['No', 'then', { Ref: 'E' }] }, 'ref:E'],
    [{ 'Fn::FindInMap': ['M', { Ref: 'R' }, 'k'] }, 'M/ref:R/k'],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    [{ 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { Condition: 'No' }] }, false],
    [{ deep: [{ Ref: 'A' }, { x: { Ref: 'B' } }] }, { deep: ['ref:A', { x: 'ref:B' }] }],
  ])('%j becomes %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test('NoValue leaves its property and its place in a list out', () => {
    const value = {
      a: { Ref: 'AWS::NoValue' },
      b: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] },
      c: [1, { Ref: 'AWS::NoValue' }],
    };

    expect(resolve(value)).toEqual({ c: [1] });
  });

  test('the branch that is not taken is not resolved', () => {
    const value = { 'Fn::If': ['Yes', 'fine', { 'Fn::Nonsense': [] }] };

    expect(resolve(value)).toBe('fine');
  });

  test('an unknown function is refused by name', () => {
    expect(() => resolve({ 'Fn::Transform': {} })).toThrow(/Fn::Transform/);
  });
});
