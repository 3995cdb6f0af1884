import { ECR } from "@aws-sdk/client-ecr";
import { noted, toGate } from "../action";

const REFERENCE =
  /^(?<registry>(?<registryId>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\/(?<repositoryName>[^:@]+)(?::(?<imageTag>[\w.-]{1,128}))?(?:@(?<imageDigest>sha256:[0-9a-f]{64}))?$/;

/** An image in ECR as its registry's API names it; undefined for another reference. */
export function ecrImage(reference: string) {
  const parts = REFERENCE.exec(reference)?.groups;
  if (!parts) return undefined;
  const { registry = "", registryId = "", region = "", repositoryName = "" } = parts;
  const { imageTag, imageDigest } = parts;
  return {
    ...{ registry, imageTag, imageDigest },
    /** Whether an earlier step has logged in. */
    loggedIn: noted("logins").includes(registry),
    ecr: new ECR({ ...toGate(), region }),
    target: { registryId, repositoryName },
  };
}
