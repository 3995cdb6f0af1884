/** Changes the AppSpec of an ECS deployment as the action does. */
import { parse } from "yaml";

type Block = Record<string, unknown>;

/**
 * Returns the AppSpec (YAML or JSON) as JSON, with every resource's task definition replaced. The case of keys does not
 * matter, as in CodeDeploy.
 */
export function withTaskDefinition(text: string, taskDefinition: string): string {
  const appSpec = parse(text) as Block;
  const resources = member(appSpec, "resources").value as Block[];
  for (const resource of resources.flatMap((block) => Object.values(block))) {
    const properties = member(resource, "properties").value as Block;
    properties[member(properties, "taskDefinition").key] = taskDefinition;
  }
  return JSON.stringify(appSpec);
}

function member(block: unknown, name: string): { key: string; value: unknown } {
  const entries = Object.entries((block ?? {}) as Block);
  const [key, value] = entries.find(([key]) => key.toLowerCase() === name.toLowerCase()) ?? [];
  if (key === undefined) throw new Error(`AppSpec file must include property '${name}'`);
  return { key, value };
}
