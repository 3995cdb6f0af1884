/** Completes a call with the values that its authorization needs and the call does not have. */
import type { AwsCall } from "./calls";
import { withDeployment } from "./deployments";
import { withKey } from "./keys";

const services: Readonly<Record<string, typeof withKey>> = {
  codedeploy: withDeployment,
  kms: withKey,
};

export async function completed(call: AwsCall, endpoint: string): Promise<AwsCall> {
  return services[call.service]?.(call, endpoint) ?? call;
}
