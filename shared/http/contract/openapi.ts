import { VERSION } from '../../version.ts';
import { agentsPaths } from './openapi/agentsPaths.ts';
import { components } from './openapi/components.ts';
import type { Json } from './openapi/json.ts';
import { operationPaths } from './openapi/operationPaths.ts';
import { presencePaths } from './openapi/presencePaths.ts';
import { rulesPaths } from './openapi/rulesPaths.ts';

/** The HTTP contract as OpenAPI 3.1, made from the schemas that the app reads and answers by. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teams presence connector for the jtel ACD',
      version: VERSION,
      description: 'Last-known Microsoft Teams presence of the mapped agents, and what rules make of it for the ACD.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: 'https://{app}.azurewebsites.net',
        variables: { app: { default: 'APP', description: 'Name of the function app' } },
      },
    ],
    security: [{ header: [] }, { query: [] }],
    paths: { ...presencePaths(), ...agentsPaths(), ...rulesPaths(), ...operationPaths() },
    components: {
      securitySchemes: {
        header: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        query: { type: 'apiKey', in: 'query', name: 'code' },
      },
      schemas: components(),
    },
  };
}
