import assert from "node:assert/strict";
import { adviceFor } from "../../../components/automation/advice";

/** What the engine and the provider print. `advice.ts` names their sources; `tests/engine` has those that a sandbox can cause. */
const texts: readonly (readonly [text: string, reason: string, what: string])[] = [
  [
    "Command failed with ENOENT: pulumi version\nspawn pulumi ENOENT",
    "engine",
    "The Pulumi engine was not found: no pulumi is on PATH.",
  ],
  [
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    "passphrase",
    "The stack's secrets are encrypted with a passphrase, and none is set.",
  ],
  [
    "error: failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase",
    "passphrase",
    "The passphrase is not the one that encrypts the stack's secrets.",
  ],
  [
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "login",
    "Pulumi Cloud needs an access token.",
  ],
  [
    "error: [401] Unauthorized: No credentials provided or are invalid.",
    "login",
    "Pulumi Cloud needs an access token.",
  ],
  [
    "error: unable to open bucket file:///nowhere/state?no_tmp_dir=true: stat /nowhere/state: no such file or directory",
    "backend",
    "The backend file:///nowhere/state cannot be opened: stat /nowhere/state: no such file or directory",
  ],
  [
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , HostID: , request send failed, Get "http://127.0.0.1:9/state/.pulumi/meta.yaml?x-id=GetObject": dial tcp 127.0.0.1:9: connect: connection refused',
    "backend",
    "The backend's bucket cannot be read: connect: connection refused",
  ],
  [
    'Logging in using access token from PULUMI_ACCESS_TOKEN\nerror: performing HTTP request: Get "https://pulumi.example/api/user": dial tcp: lookup pulumi.example: no such host',
    "backend",
    "The backend https://pulumi.example does not answer: dial tcp: lookup pulumi.example: no such host",
  ],
  [
    "error: no resource plugin 'pulumi-resource-aws' found in the workspace at version v7.48.0 or on your $PATH",
    "plugin",
    "The resource plugin aws 7.48.0 is not installed.",
  ],
  [
    "error: Could not automatically download and install resource plugin 'pulumi-resource-aws' at version v7.48.0, install the plugin using `pulumi plugin install resource aws v7.48.0`: 403 HTTP error fetching plugin",
    "plugin",
    "The resource plugin aws 7.48.0 is not installed.",
  ],
  ["No valid credential sources found.", "credentials", "There are no AWS credentials."],
  [
    "The configured AWS credentials have expired.\nRefresh the temporary credentials and try again.",
    "credentials",
    "The AWS credentials have expired.",
  ],
  [
    "unable to validate AWS credentials.\nDetails: Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error ExpiredToken: The security token included in the request is expired",
    "credentials",
    "The AWS credentials have expired.",
  ],
  [
    "Failed to refresh cached SSO credentials.\nPlease refresh SSO login.",
    "credentials",
    "The AWS credentials have expired.",
  ],
  [
    "The AWS login session for profile dev has expired or was not found.",
    "credentials",
    "The AWS credentials have expired.",
  ],
  [
    "The configured AWS credentials are invalid or have expired.",
    "credentials",
    "AWS does not know the credentials, or they have expired.",
  ],
  [
    "error: aws:cloudwatch:LogGroup api: AWS account ID not allowed: 100000000002",
    "account",
    "The AWS credentials belong to account 100000000002, which aws:allowedAccountIds does not list.",
  ],
];

describe("advice on a failure", () => {
  for (const [text, reason, what] of texts) {
    it(`${reason}: ${text.split("\n")[0]?.slice(0, 90)}`, () => {
      const advice = adviceFor(`Updating (dev):\n${text}\n`);
      assert.deepEqual({ reason: advice?.reason, what: advice?.what }, { reason, what });
      assert.match(advice?.advice ?? "", /^[A-Z`].*\.$|https:\S+$/s);
    });
  }

  it("says how to install the plugin", () => {
    const text = texts.find(([, reason]) => reason === "plugin")?.[0] ?? "";
    assert.match(
      adviceFor(text)?.advice ?? "",
      /^Run `pulumi plugin install resource aws v7\.48\.0` /,
    );
  });

  it("is none for an error without a known cause", () => {
    assert.equal(adviceFor("error: creating ECS Cluster (dev): AccessDenied"), undefined);
  });
});
