/** The provider's own configuration: https://www.pulumi.com/registry/packages/aws/installation-configuration/ */
import { type CheckResult, type Properties, UNKNOWN } from "../kit/provider";
import { isObject } from "../kit/wire";
import { AwsContext } from "./context";
import type { Tags } from "./definition";

// Those that skip a check of the real provider have nothing to do here.
const KNOWN = new Set([
  "region",
  "defaultTags",
  "version",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
]);

export function checkConfig(inputs: Properties): CheckResult {
  const failures = Object.keys(inputs)
    .filter((property) => !KNOWN.has(property))
    .map((property) => ({
      property,
      reason: `the sandbox's AWS plugin does not know the provider's option '${property}'`,
    }));
  return { inputs, failures };
}

export function contextFrom(config: Properties, env: NodeJS.ProcessEnv): AwsContext {
  const region = config.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (typeof region !== "string") {
    throw new Error("no AWS region: set aws:region in the stack's configuration, or AWS_REGION");
  }
  return new AwsContext(region, defaultTags(config.defaultTags));
}

/** The SDK sends nested options as JSON text. */
function defaultTags(option: unknown): Tags {
  if (option === undefined || option === UNKNOWN) return {};
  const parsed: unknown = typeof option === "string" ? JSON.parse(option) : option;
  return isObject(parsed) && isObject(parsed.tags) ? (parsed.tags as Tags) : {};
}
