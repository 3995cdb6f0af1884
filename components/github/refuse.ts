import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "../shared/errors";
import { waitForRegistrations } from "./registrations";

type Step = "beforeCreate" | "beforeUpdate";

/**
 * Resource options with which creating (or changing) a resource fails, in previews and in updates. An existing object is only a
 * mistake if this stack did not create it. The program cannot read the stack's state, only the engine can, so a hook of the
 * engine decides. Without a message there is no hook. Needs Pulumi 3.182 or later:
 * https://www.pulumi.com/docs/iac/concepts/options/hooks
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
    // A preview can wait, because it creates nothing. An update must fail at once.
    if (pulumi.runtime.isDryRun()) {
      await waitForRegistrations();
    }
    throw new ProgramError(message);
  };
  const hook = new pulumi.ResourceHook(`slipway:refuse:${name}`, refuse, { onDryRun: true });
  return { hooks: Object.fromEntries(steps.map((step) => [step, [hook]])) };
}
