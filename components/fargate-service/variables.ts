import type * as pulumi from "@pulumi/pulumi";
import { withDatabase } from "../database/variables";
import type { FargateServiceArgs } from "./args";
import type { WorkerQueue } from "./queue";

type Variables = Readonly<Record<string, pulumi.Input<string>>>;

/** The variables of the main container. One of the same name in the configuration has priority. */
export function variablesOf(
  args: FargateServiceArgs,
  queue: WorkerQueue | undefined,
): { readonly environment: Variables; readonly secrets: Variables } {
  const { environment, secrets } = withDatabase(args);
  return { environment: { ...(queue && { QUEUE_URL: queue.url }), ...environment }, secrets };
}
