import { EVENT_MODELS } from './event-models.ts';
import type { Operation, Resource } from './operation.ts';

/** `/ari/api-docs/resources.json`: the list of resources, in Swagger 1.1 as Asterisk prints it. */
export function resourceList(basePath: string, resources: readonly Resource[]) {
  return {
    apiVersion: '2.0.0',
    swaggerVersion: '1.1',
    basePath,
    apis: resources.map(({ name }) => ({
      path: `/api-docs/${name}.{format}`,
      description: `Operations on ${name}`,
    })),
  };
}

/**
 * `/ari/api-docs/NAME.json`: the operations of one resource. ari-client builds its methods from nicknames, paths,
 * methods, parameters and response classes, and its events from the models of `events`.
 */
export function resourceDocs(basePath: string, resource: Resource) {
  const byPath = Map.groupBy(resource.operations, ({ path }) => path);
  return {
    apiVersion: '2.0.0',
    swaggerVersion: '1.1',
    basePath,
    resourcePath: `/api-docs/${resource.name}.{format}`,
    apis: [...byPath].map(([path, operations]) => ({
      path,
      description: '',
      operations: operations.map(operationDocs),
    })),
    models: resource.name === 'events' ? models() : {},
  };
}

function operationDocs({ nickname, method, returns, parameters }: Operation) {
  return {
    httpMethod: method,
    nickname,
    summary: nickname,
    responseClass: returns,
    parameters: parameters.map(({ name, in: paramType, type, required }) => ({
      name,
      description: name,
      paramType,
      required,
      allowMultiple: false,
      dataType: type,
    })),
  };
}

function models() {
  return Object.fromEntries(
    Object.entries(EVENT_MODELS).map(([id, fields]) => [
      id,
      {
        id,
        properties: Object.fromEntries(
          Object.entries(fields).map(([name, type]) => [name, { type, required: false, description: name }]),
        ),
      },
    ]),
  );
}
