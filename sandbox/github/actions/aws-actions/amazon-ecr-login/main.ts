/** Replaces https://github.com/aws-actions/amazon-ecr-login, for the account's own registry. */
import { ECR } from "@aws-sdk/client-ecr";
import { maskSecret, note, runAction, setOutput, toGate } from "../../action";

runAction(async (inputs) => {
  const ecr = new ECR(toGate());
  const { authorizationData } = await ecr.getAuthorizationToken({});
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
