import * as z from 'zod';
import { functionIdOf, parseProperties } from './parse-properties.ts';
import type { Items } from './read-stack.ts';
import type { SocketModel } from './stack-model.ts';
import { TemplateError } from './template-error.ts';

const ApiProperties = z.object({
  ProtocolType: z.string(),
  RouteSelectionExpression: z.string().default('$request.body.action'),
});
const StageProperties = z.object({ StageName: z.string() });
const RouteProperties = z.object({ RouteKey: z.string(), Target: z.string() });
const IntegrationProperties = z.object({ IntegrationUri: z.string() });

/** The WebSocket API of the stack, if it has one. */
export function readSocket(items: Items): SocketModel | undefined {
  const [api, another] = items('AWS::ApiGatewayV2::Api');
  if (!api) return undefined;
  const { ProtocolType, RouteSelectionExpression } = parseProperties(ApiProperties, api);
  if (another || ProtocolType !== 'WEBSOCKET') {
    throw new TemplateError('the local host knows one WebSocket API and no other API of version 2');
  }
  const integrations = new Map(
    items('AWS::ApiGatewayV2::Integration').map((item) => [
      item.logicalId,
      functionIdOf(parseProperties(IntegrationProperties, item).IntegrationUri, item),
    ]),
  );
  const routes = items('AWS::ApiGatewayV2::Route').map((item) => {
    const { RouteKey, Target } = parseProperties(RouteProperties, item);
    const functionId = integrations.get(Target.replace('integrations/', ''));
    if (!functionId) throw new TemplateError(`${item.logicalId} leads to no integration of the stack`);
    return [RouteKey, functionId] as const;
  });
  const stage = items('AWS::ApiGatewayV2::Stage')[0];
  return {
    apiId: api.logicalId,
    stage: stage ? parseProperties(StageProperties, stage).StageName : 'local',
    selection: RouteSelectionExpression,
    routes: new Map(routes),
  };
}
