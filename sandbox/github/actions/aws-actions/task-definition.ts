/** Prepares a task definition for RegisterTaskDefinition, as both ECS actions do. */

/** Attributes that DescribeTaskDefinition returns and RegisterTaskDefinition does not accept. */
const READ_ONLY = [
  ...["compatibilities", "taskDefinitionArn", "requiresAttributes", "revision", "status"],
  ...["registeredAt", "deregisteredAt", "registeredBy"],
];

export function withoutReadOnly(definition: object): Record<string, unknown> {
  const kept = Object.entries(definition).filter(([key]) => !READ_ONLY.includes(key));
  return Object.fromEntries(kept);
}

/** Removes null and empty values at any depth, but keeps variables whose value is empty. */
export function withoutEmpty(definition: Record<string, unknown>): Record<string, unknown> {
  const clean = (prune(definition) ?? {}) as Record<string, unknown>;
  for (const container of Array.isArray(clean.containerDefinitions)
    ? (clean.containerDefinitions as { environment?: { value?: string }[] }[])
    : []) {
    for (const variable of container.environment ?? []) variable.value ??= "";
  }
  return clean;
}

function prune(value: unknown): unknown {
  if (value === null || value === "") return undefined;
  if (Array.isArray(value)) {
    const members = value.map(prune).filter((member) => member !== undefined);
    return members.length > 0 ? members : undefined;
  }
  if (typeof value !== "object") return value;
  const members = Object.entries(value as object)
    .map(([key, member]) => [key, prune(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}
