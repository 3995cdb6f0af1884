/** Replaces https://github.com/aws-actions/amazon-ecr-login, for one private registry. */
import { ECR } from "@aws-sdk/client-ecr";
import { maskSecret, note, runAction, setOutput, toGate } from "../../action";

runAction(async (inputs) => {
  const ecr = new ECR(toGate());
  const registryIds = inputs.get("registries").split(",").filter(Boolean);
  const { authorizationData } = await ecr.getAuthorizationToken({
    ...(registryIds.length > 0 && { registryIds }),
  });
  const data = authorizationData?.[0];
  if (!data?.authorizationToken || !data.proxyEndpoint) {
    throw new Error("Could not retrieve an authorization token from Amazon ECR");
  }
  const [, password = ""] = Buffer.from(data.authorizationToken, "base64").toString().split(":");
  if (inputs.flag("mask-password")) maskSecret(password);
  const registry = data.proxyEndpoint.replace(/^https?:\/\//, "");
  note("logins", registry);
  setOutput("registry", registry);
  console.log(`Logged in to ${registry}`);
});
