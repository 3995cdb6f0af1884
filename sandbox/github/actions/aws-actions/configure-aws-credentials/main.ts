/** Replaces https://github.com/aws-actions/configure-aws-credentials with OIDC: token, role, environment, identity. */
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { STS } from "@aws-sdk/client-sts";
import {
  exportVariable,
  type Inputs,
  maskSecret,
  runAction,
  setOutput,
  toGate,
} from "../../action";

runAction(async (inputs) => {
  const region = inputs.required("aws-region");
  const { accessKeyId, secretAccessKey, sessionToken } = await assumeRole(inputs, region);
  exportVariable("AWS_DEFAULT_REGION", region);
  exportVariable("AWS_REGION", region);
  for (const [name, value] of [
    ["AWS_ACCESS_KEY_ID", accessKeyId],
    ["AWS_SECRET_ACCESS_KEY", secretAccessKey],
    ["AWS_SESSION_TOKEN", sessionToken],
  ] as const) {
    maskSecret(value);
    exportVariable(name, value);
  }
  const sts = new STS({
    ...toGate(),
    region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const { Account = "", Arn } = await sts.getCallerIdentity({});
  const allowed = inputs.get("allowed-account-ids");
  if (allowed && !allowed.split(",").some((id) => id.trim() === Account)) {
    throw new Error(`The account ID of the provided credentials is not allowed: ${Account}`);
  }
  if (inputs.flag("mask-aws-account-id")) maskSecret(Account);
  setOutput("aws-account-id", Account);
  console.log(`Authenticated as ${Arn}`);
});

async function assumeRole(inputs: Inputs, region: string) {
  const WebIdentityToken = await idToken(inputs.get("audience"));
  // The call needs no credentials: it is not signed.
  const sts = new STS({
    ...toGate(),
    region,
    credentials: { accessKeyId: "", secretAccessKey: "" },
  });
  try {
    const { Credentials } = await sts.assumeRoleWithWebIdentity({
      RoleArn: inputs.required("role-to-assume"),
      RoleSessionName: inputs.get("role-session-name").replace(/[^\w+=,.@-]/g, "_"),
      DurationSeconds: Number(inputs.get("role-duration-seconds")),
      WebIdentityToken,
    });
    return {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
  } catch (error) {
    throw new Error(`Could not assume role with OIDC: ${(error as Error).message}`);
  }
}

async function idToken(audience: string): Promise<string> {
  const url = process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
  if (!url) {
    throw new Error(
      'Credentials could not be loaded: there is no ID token. Did you mean to set the "id-token: write" permission?',
    );
  }
  const headers = { authorization: `bearer ${process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  // fetch() loads an HTTP client of its own: a fifth of this action's time.
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}&audience=${encodeURIComponent(audience)}`, { headers }, resolve).on(
      "error",
      reject,
    );
  });
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`getIDToken call failed: ${body}`);
  return (JSON.parse(body) as { value: string }).value;
}
