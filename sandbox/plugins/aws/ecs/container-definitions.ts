/**
 * Compares container definitions by meaning.
 *
 * The real provider suppresses a difference if both documents are equal after it has sorted containers, environment
 * and secrets and filled in the defaults of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definitions
 */

import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { sameValue } from "../../kit/values";
import { isObject } from "../../kit/wire";

type Json = Record<string, unknown>;

export function sameContainers(a: string, b: string, networkMode: unknown): boolean {
  try {
    return sameValue(reduced(a, networkMode), reduced(b, networkMode));
  } catch {
    return a === b;
  }
}

export function containersError(document: string): string | undefined {
  try {
    const containers: unknown = JSON.parse(document);
    if (!Array.isArray(containers)) return "must be a JSON array of container definitions";
    const index = containers.findIndex((it) => !isObject(it) || Object.keys(it).length === 0);
    return index < 0 ? undefined : `has an invalid container definition at index ${index}`;
  } catch (error) {
    return `is invalid JSON: ${(error as Error).message}`;
  }
}

function reduced(document: string, networkMode: unknown): Json[] {
  const containers = compact(JSON.parse(document)) as Json[];
  return byName(containers).map((container) => reducedContainer(container, networkMode));
}

function reducedContainer(container: Json, networkMode: unknown): Json {
  const { environment, secrets, portMappings, healthCheck, cpu, ...rest } = container;
  return {
    ...rest,
    // AWS returns 0 for a container without its own share.
    ...(cpu === 0 ? {} : { cpu }),
    essential: container.essential ?? true,
    ...(Array.isArray(environment) ? { environment: byName(environment) } : {}),
    ...(Array.isArray(secrets) ? { secrets: byName(secrets) } : {}),
    ...(Array.isArray(portMappings)
      ? { portMappings: portMappings.map((it: Json) => reducedPort(it, networkMode)) }
      : {}),
    ...(isObject(healthCheck)
      ? { healthCheck: { interval: 30, retries: 3, timeout: 5, ...healthCheck } }
      : {}),
  };
}

function reducedPort({ protocol, hostPort, ...rest }: Json, networkMode: unknown): Json {
  // With awsvpc the host port is the container port; in other modes 0 and no value both mean a dynamic one.
  const port = hostPort || (networkMode === "awsvpc" ? rest.containerPort : undefined);
  return {
    ...rest,
    ...(protocol === "tcp" ? {} : { protocol }),
    ...(port ? { hostPort: port } : {}),
  };
}

function byName(list: readonly Json[]): Json[] {
  const name = (it: Json) => String(it.name ?? "");
  return [...list].sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

/**
 * Removes nulls and empty lists and objects, which AWS adds and removes without a rule. It keeps those of capabilities: AWS always returns
 * both lists, and the provider's `reduce` does not look inside.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/container_definitions.go
 */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact).filter((member) => !isVoid(member));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(
    ([key, member]) => [key, key === "capabilities" ? member : compact(member)] as const,
  );
  return Object.fromEntries(members.filter(([, member]) => !isVoid(member)));
}

/** The containers as AWS returns them: with both lists of the capabilities. */
export function returned(containers: readonly ContainerDefinition[]): ContainerDefinition[] {
  return containers.map((container) => {
    const { linuxParameters } = container;
    const capabilities = linuxParameters?.capabilities;
    return capabilities
      ? {
          ...container,
          linuxParameters: {
            ...linuxParameters,
            capabilities: { add: [], drop: [], ...capabilities },
          },
        }
      : container;
  });
}

function isVoid(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
