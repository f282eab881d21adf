import * as z from 'zod';
import { functionIdOf, parseProperties } from './parse-properties.ts';
import type { Item, Items } from './read-stack.ts';
import type { GatewayResponseModel, RestModel, RestRoute } from './stack-model.ts';
import { TemplateError } from './template-error.ts';

/** API Gateway ends an integration after this long unless the method says less. */
const INTEGRATION_TIMEOUT_MS = 29_000;

const ApiProperties = z.object({ BinaryMediaTypes: z.array(z.string()).default([]) });
const StageProperties = z.object({ StageName: z.string() });
const ResourceProperties = z.object({ ParentId: z.string(), PathPart: z.string() });
const MethodProperties = z.object({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  Integration: z.object({
    Type: z.string(),
    Uri: z.string().optional(),
    TimeoutInMillis: z.number().default(INTEGRATION_TIMEOUT_MS),
  }),
});
const ResponseProperties = z.object({
  ResponseType: z.string(),
  StatusCode: z.coerce.number().optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

/** @throws TemplateError unless the stack has exactly one REST API */
export function readRest(items: Items): RestModel {
  const [api, another] = items('AWS::ApiGateway::RestApi');
  if (!api || another) throw new TemplateError('the local host wants exactly one REST API in the stack');
  const stage = items('AWS::ApiGateway::Stage')[0];
  return {
    apiId: api.logicalId,
    stage: stage ? parseProperties(StageProperties, stage).StageName : 'local',
    binaryMediaTypes: parseProperties(ApiProperties, api).BinaryMediaTypes,
    routes: readRoutes(items, `${api.logicalId}.RootResourceId`),
    gatewayResponses: new Map(items('AWS::ApiGateway::GatewayResponse').map(readGatewayResponse)),
  };
}

function readRoutes(items: Items, rootId: string): readonly RestRoute[] {
  const resources = new Map(
    items('AWS::ApiGateway::Resource').map((item) => [item.logicalId, parseProperties(ResourceProperties, item)]),
  );
  const pathOf = (id: string): string => {
    const resource = resources.get(id);
    return resource ? `${pathOf(resource.ParentId)}/${resource.PathPart}` : '';
  };
  return items('AWS::ApiGateway::Method').map((item) => {
    const { ResourceId, HttpMethod, Integration } = parseProperties(MethodProperties, item);
    if (Integration.Type !== 'AWS_PROXY' || !Integration.Uri) {
      throw new TemplateError(`${item.logicalId}: the local host knows only the integration AWS_PROXY`);
    }
    return {
      resource: ResourceId === rootId ? '/' : pathOf(ResourceId),
      resourceId: ResourceId,
      method: HttpMethod,
      functionId: functionIdOf(Integration.Uri, item),
      timeoutMs: Integration.TimeoutInMillis,
    };
  });
}

function readGatewayResponse(item: Item): readonly [string, GatewayResponseModel] {
  const properties = parseProperties(ResponseProperties, item);
  const response: GatewayResponseModel = {
    statusCode: properties.StatusCode,
    parameters: properties.ResponseParameters,
    templates: properties.ResponseTemplates,
  };
  return [properties.ResponseType, response];
}
