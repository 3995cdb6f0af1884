import { z } from "zod";
import { namespace, stackConfig } from "../../components/config";
import { Documented } from "./docstrings";

/** The part of JSON Schema that zod writes. */
interface JsonSchema {
  description?: string;
  type?: string;
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Record<string, JsonSchema | boolean>;
}

/** An encrypted value, as `pulumi config set --secret` writes it. */
const secure: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string", description: "The encrypted value." } },
  required: ["secure"],
  additionalProperties: false,
};

/**
 * The JSON Schema of `Pulumi.<stack>.yaml`, with which editors complete and check its keys. The keys and types are those of
 * `components/config/schema.ts`, the descriptions are the docstrings of the components' arguments.
 * https://github.com/redhat-developer/yaml-language-server supports draft 7.
 */
export function stackFileSchema(): object {
  const config = z.toJSONSchema(stackConfig, { target: "draft-7" }) as JsonSchema;
  describe(config, Documented.stackArguments());
  const { properties = {}, required = [] } = config;
  const keyed = Object.entries(properties).map(([name, value]): [string, JsonSchema] => [
    `${namespace}:${name}`,
    name === "slackWebhook"
      ? { ...value, type: undefined, anyOf: [{ type: "string" }, secure] }
      : value,
  ]);
  const known = Object.keys(properties).join("|");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of Slipway: Pulumi.<stack>.yaml",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(keyed),
        required: required.map((name) => `${namespace}:${name}`),
        // Keys of other namespaces, such as aws:region, are allowed.
        patternProperties: { [`^${namespace}:(?!(?:${known})$)`]: false },
      },
    },
    required: ["config"],
  };
}

/** Adds the docstrings to a schema and to everything in it. */
function describe(schema: JsonSchema, argument: Documented): void {
  for (const option of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const type = option.properties?.type;
    if (typeof type?.const !== "string") {
      describe(option, argument);
      continue;
    }
    const own = argument.ofType(type.const);
    describe(option, own);
    // Editors show this beside the value that they propose.
    type.description = own.text;
  }
  if (schema.items) {
    describe(schema.items, argument.item());
  }
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    const found = argument.key(name);
    if (found) {
      describe(value, found.argument);
      if (found.text !== "") {
        value.description = found.text;
      }
    }
  }
}
