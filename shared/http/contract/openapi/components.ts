import * as z from 'zod';
import { rulesFileSchema } from '../../../domain/rules/ruleSet.ts';
import { agentSchema } from '../schemas/agents.ts';
import type { Json } from './json.ts';

const COMPONENTS = '#/components/schemas/';

/** What is uploaded; what an answer always has may be left out there. */
const uploads = z.registry<{ id: string }>();
export const agentFile = z.strictObject(agentSchema.shape);
export const oneAgentFile = agentFile.partial({ agentId: true });
uploads.add(agentFile, { id: 'AgentFile' });
uploads.add(oneAgentFile, { id: 'OneAgentFile' });
uploads.add(rulesFileSchema, { id: 'RulesFile' });

/** Every schema that has a name. */
export function components(): Json {
  const uri = (id: string) => `${COMPONENTS}${id}`;
  const answers = z.toJSONSchema(z.globalRegistry, { uri, io: 'output' }).schemas;
  const files = z.toJSONSchema(uploads, { uri, io: 'input' }).schemas;
  return Object.fromEntries(
    Object.entries({ ...answers, ...files })
      .map(([name, { $schema, $id, id, ...schema }]) => [name, schema] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function uploaded(file: z.ZodType): Json {
  return { $ref: `${COMPONENTS}${uploads.get(file)?.id}` };
}

/** A reference to the schema of an answer; several when the form depends on what was asked for. */
export function answered(...forms: readonly z.ZodType[]): Json {
  const references = forms.map(form => ({ $ref: `${COMPONENTS}${form.meta()?.['id']}` }));
  return references.length === 1 ? (references[0] ?? {}) : { oneOf: references };
}
