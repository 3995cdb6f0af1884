import { withDefaults } from "../../shared/defaults";
import type { Resolved } from "../../shared/resolved";
import { sidecarDefaults } from "../defaults";
import { type ContainerSecurity, type ResolvedSecurity, resolveSecurity } from "./security";

/** Lets a container wait for another one. */
export interface ContainerDependency {
  /** The other container. */
  readonly containerName: string;
  /**
   * What the other container must have reached.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
   */
  readonly condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";
}

/** ECS's own health check, in addition to the load balancer's. */
export interface ContainerHealthCheck {
  /**
   * For example `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`. ECS does not read the image's HEALTHCHECK.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
   */
  readonly command: readonly string[];
  /**
   * Seconds between two checks, 5 to 300.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
   */
  readonly interval?: number;
  /**
   * Seconds after which a check fails, 2 to 60.
   * @default 5
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
   */
  readonly timeout?: number;
  /**
   * Failed checks until the container is unhealthy, 1 to 10.
   * @default 3
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
   */
  readonly retries?: number;
  /**
   * Seconds after the start during which failed checks do not count, 0 to 300.
   * @default off
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
   */
  readonly startPeriod?: number;
}

/** A container in addition to the main one: a proxy, an agent, a migration that runs first. */
export interface SidecarArgs extends ContainerSecurity {
  /** The container's name, unique in the task. */
  readonly name: string;
  /** The image with its registry and tag, or digest. Slipway does not build it. */
  readonly image: string;
  /**
   * Whether the task stops when this container stops.
   * @default true
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly essential?: boolean;
  /**
   * CPU units of the task that are reserved for this container.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly cpu?: number;
  /**
   * MiB of the task that are reserved for this container.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly memoryReservation?: number;
  /** Replaces the image's command. @default the image's command */
  readonly command?: readonly string[];
  /** Replaces the image's entry point. @default the image's entry point */
  readonly entryPoint?: readonly string[];
  /** Plain environment variables. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Secret environment variables, in the same form as the service's own `secrets`.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Containers that must reach a condition before this one starts.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
   */
  readonly dependsOn?: readonly ContainerDependency[];
  /**
   * A command that ECS runs in the container to check its health.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
   */
  readonly healthCheck?: ContainerHealthCheck;
}

/** A sidecar, with a value for every argument that is not off. */
export type ResolvedSidecar = ResolvedSecurity &
  Resolved<
    Omit<SidecarArgs, keyof ContainerSecurity>,
    "cpu" | "memoryReservation" | "command" | "entryPoint" | "dependsOn" | "healthCheck"
  >;

export function resolveSidecar(sidecar: SidecarArgs): ResolvedSidecar {
  return { ...sidecar, ...resolveSecurity(sidecar), ...withDefaults(sidecar, sidecarDefaults) };
}
