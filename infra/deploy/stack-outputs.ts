/** What CloudFormation is asked for the state of one stack. */
export function describeStack(stackName: string): string {
  return new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: stackName }).toString();
}

/** The outputs of the stack in CloudFormation's answer; undefined when it is not there, or was never whole. */
export function readStackOutputs(xml: string): Readonly<Record<string, string>> | undefined {
  const status = readTag(xml, 'StackStatus');
  if (status === undefined || !/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status)) return undefined;
  const members = xml.matchAll(/<member>(?:(?!<member>)[\s\S])*?<\/member>/g);
  return Object.fromEntries(
    [...members].flatMap(([member]) => {
      const name = readTag(member, 'OutputKey');
      return name === undefined ? [] : [[name, readTag(member, 'OutputValue') ?? '']];
    }),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The text of the first element of that name in an answer of AWS. */
export function readTag(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (all, entity: string) => ENTITIES[entity] ?? all);
}
