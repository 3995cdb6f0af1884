import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "../shared/errors";
import { settled } from "./settled";

type Step = "beforeCreate" | "beforeUpdate";

/**
 * Options of a resource that must not be created (or changed), in a preview as in an update. The program cannot see its state: an object
 * that exists is no mistake where this stack made it, and the engine alone knows that. Nothing is hooked where nothing is in the
 * way. Needs Pulumi 3.182 or later: https://www.pulumi.com/docs/iac/concepts/options/hooks
 */
export function refuseTo(
  steps: readonly Step[],
  name: string,
  message: string | false | undefined,
): Pick<pulumi.CustomResourceOptions, "hooks"> {
  if (!message) {
    return {};
  }
  const refuse = async () => {
    // A preview creates nothing while it waits. An update would, so it stops at once.
    if (pulumi.runtime.isDryRun()) {
      await settled();
    }
    throw new ProgramError(message);
  };
  const hook = new pulumi.ResourceHook(`slipway:refuse:${name}`, refuse, { onDryRun: true });
  return { hooks: Object.fromEntries(steps.map((step) => [step, [hook]])) };
}
