export interface ContainerDependency {
  readonly containerName: string;
  readonly condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
export interface ContainerHealthCheck {
  /** `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`. ECS does not read the image's own HEALTHCHECK. */
  readonly command: readonly string[];
  /** Seconds, 5 to 300. @default 30 */
  readonly interval?: number;
  /** Seconds, 2 to 60. @default 5 */
  readonly timeout?: number;
  /** 1 to 10. @default 3 */
  readonly retries?: number;
  /** Seconds, 0 to 300. @default off */
  readonly startPeriod?: number;
}

/** A container beside the main one: a proxy, an agent, a migration that runs first. */
export interface SidecarArgs {
  readonly name: string;
  readonly image: string;
  /**
   * Whether the task stops when this container stops.
   * @default true
   */
  readonly essential?: boolean;
  /** CPU units kept for this container. */
  readonly cpu?: number;
  /** MiB kept for this container. */
  readonly memoryReservation?: number;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** As the service's own `secrets`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly ContainerDependency[];
  readonly healthCheck?: ContainerHealthCheck;
}
