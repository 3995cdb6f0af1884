import type { DockerfileFacts } from "./dockerfile";

/** The port that EXPOSE means: the only one, or the one that the health check requests. */
export function portIn({ ports, healthCheck }: DockerfileFacts): number | undefined {
  const [only, ...others] = ports;
  return others.length === 0 ? only : ports.find((port) => port === healthCheck?.port);
}
