import { z } from 'zod';

/** A JSON Schema (draft 2020-12), as far as this project writes one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Describes a schema over untyped YAML as JSON Schema, for editors. Zod's own `toJSONSchema` sees text
 * alone, because here every scalar is read as text; what an editor may find in a place stands in the
 * metadata `json` of the building blocks (`yaml/scalars.ts`), and this walks the rest.
 */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const meta = schema.meta() ?? {};
  const description = {
    ...(typeof meta.description === 'string' ? { description: meta.description } : {}),
    ...(typeof meta['default'] === 'string' ? { default: meta['default'] } : {}),
  };
  const hint = meta['json'];
  if (typeof hint === 'object' && hint !== null) return { ...hint, ...description };
  const structure = structureOf(schema);
  const spoken = meta['alsoText'] === true ? { anyOf: [{ type: 'string' }, structure] } : structure;
  return { ...spoken, ...description };
}

function structureOf(schema: z.ZodType): JsonSchema {
  if (schema instanceof z.ZodOptional) return jsonSchemaOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) {
    const input = schema.in as z.ZodType;
    // z.preprocess begins with a function, which says nothing; z.transform ends with one.
    if (!(input instanceof z.ZodTransform)) return jsonSchemaOf(input);
    const inner = jsonSchemaOf(schema.out as z.ZodType);
    return inner['type'] === 'object' ? { ...inner, type: ['object', 'null'] } : inner;
  }
  if (schema instanceof z.ZodObject) return objectOf(schema);
  if (schema instanceof z.ZodRecord) {
    const names = jsonSchemaOf(schema.keyType as z.ZodType);
    const { pattern } = names;
    return {
      type: 'object',
      ...(pattern === undefined ? {} : { propertyNames: { pattern } }),
      additionalProperties: jsonSchemaOf(schema.valueType as z.ZodType),
    };
  }
  if (schema instanceof z.ZodArray) {
    return { type: 'array', items: jsonSchemaOf(schema.element as z.ZodType) };
  }
  if (schema instanceof z.ZodEnum) return { enum: schema.options };
  if (schema instanceof z.ZodUnion) {
    return { anyOf: schema.options.map((option) => jsonSchemaOf(option as z.ZodType)) };
  }
  return {};
}

function objectOf(schema: z.ZodObject): JsonSchema {
  const entries = Object.entries(schema.shape).map(([key, value]) => [key, value as z.ZodType] as const);
  const required = entries.filter(([, value]) => !(value instanceof z.ZodOptional)).map(([key]) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, value]) => [key, jsonSchemaOf(value)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
