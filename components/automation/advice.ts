/** What a message of the engine or a provider means, and what to do about it. */
import { awsErrors } from "../shared/aws-errors";
import { missingPlugin } from "../shared/missing-plugin";

/** Why an operation failed. */
export type FailureReason =
  /** Another process updates the stack. */
  | "locked"
  /** The passphrase is missing or wrong. */
  | "passphrase"
  /** The backend with the state does not answer. */
  | "backend"
  /** The backend needs other credentials. */
  | "login"
  /** The engine, `pulumi`, is not on PATH. */
  | "engine"
  /** A provider's plugin is missing. */
  | "plugin"
  /** There are no AWS credentials, or they are wrong or expired. */
  | "credentials"
  /** The credentials belong to another AWS account. */
  | "account"
  /** The signal was aborted. */
  | "cancelled"
  /** Something else: the engine's messages say what. */
  | "failed";

interface Known {
  readonly reason: FailureReason;
  /** The engine's or the provider's own words. */
  readonly pattern: RegExp;
  /** Gets the groups of the pattern. */
  readonly what: (...groups: string[]) => string;
  readonly advice: (...groups: string[]) => string;
}

const aws = "https://www.pulumi.com/registry/packages/aws/installation-configuration/";

/**
 * The first pattern that matches counts. Sources:
 * - https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/secrets/passphrase/manager.go
 * - https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/backend.go and .../bucket.go
 * - https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/httpstate/client/api.go
 */
const known: readonly Known[] = [
  {
    reason: "engine",
    pattern: /spawn pulumi ENOENT/,
    what: () => "The Pulumi engine was not found: no pulumi is on PATH.",
    advice: () =>
      "Install it (https://www.pulumi.com/docs/install/), or pass pulumiCommand: await PulumiCommand.install().",
  },
  {
    reason: "passphrase",
    pattern: /passphrase must be set/,
    what: () => "The stack's secrets are encrypted with a passphrase, and none is set.",
    advice: () =>
      "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, in the environment or in envVars.",
  },
  {
    reason: "passphrase",
    pattern: /incorrect passphrase/,
    what: () => "The passphrase is not the one that encrypts the stack's secrets.",
    advice: () =>
      "Set PULUMI_CONFIG_PASSPHRASE to the passphrase with which the stack was created. Without it nobody can read the secrets.",
  },
  {
    reason: "login",
    pattern: /PULUMI_ACCESS_TOKEN must be set|\[401\] Unauthorized/,
    what: () => "Pulumi Cloud needs an access token.",
    advice: () =>
      "Set PULUMI_ACCESS_TOKEN (https://app.pulumi.com/account/tokens), or PULUMI_BACKEND_URL for another backend.",
  },
  {
    reason: "backend",
    pattern: /unable to open bucket ([^\s?]+)\S*: (.*)/,
    what: (url, why) => `The backend ${url} cannot be opened: ${why}`,
    advice: () => "Correct PULUMI_BACKEND_URL, or create the bucket or folder that it names.",
  },
  {
    reason: "backend",
    pattern: /(?:read "\.pulumi\/[^"]*"|could not list bucket).*?: ([^:\n]*: [^:\n]*)$/m,
    what: (why) => `The backend's bucket cannot be read: ${why}`,
    advice: () =>
      "Check that PULUMI_BACKEND_URL names the right bucket, that the network reaches it, and that the credentials may read it.",
  },
  {
    reason: "backend",
    pattern: /performing HTTP request: \w+ "(https?:\/\/[^/"]+)[^"]*": (.*)/,
    what: (url, why) => `The backend ${url} does not answer: ${why}`,
    advice: () => "Check PULUMI_BACKEND_URL and the network (proxy, VPN), and run this again.",
  },
  {
    reason: "plugin",
    pattern: missingPlugin,
    what: (kind, name, version) => `The ${kind} plugin ${name} ${version} is not installed.`,
    advice: (kind, name, version) =>
      `Run \`pulumi plugin install ${kind} ${name} v${version}\` where this runs, with the same PULUMI_HOME.`,
  },
  {
    reason: "credentials",
    pattern: awsErrors.expired,
    what: () => "The AWS credentials have expired.",
    advice: () =>
      "Get new ones (`aws sso login`, `aws login`, or assume the role again), and run this again: it continues where it stopped.",
  },
  {
    reason: "credentials",
    pattern: awsErrors.invalid,
    what: () => "AWS does not know the credentials, or they have expired.",
    advice: () => `\`aws sts get-caller-identity\` shows whose they are. How to set others: ${aws}`,
  },
  {
    reason: "credentials",
    pattern: awsErrors.none,
    what: () => "There are no AWS credentials.",
    advice: () => `Set AWS_PROFILE or aws:profile, or the variables of a role: ${aws}`,
  },
  {
    reason: "account",
    pattern: awsErrors.account,
    what: (account) =>
      `The AWS credentials belong to account ${account}, which aws:allowedAccountIds does not list.`,
    advice: (account) =>
      `Use the credentials of an allowed account, or add ${account} to aws:allowedAccountIds.`,
  },
];

/** Returns what the engine's output means and what to do; undefined if there is no advice for it. */
export function adviceFor(
  text: string,
): { readonly reason: FailureReason; readonly what: string; readonly advice: string } | undefined {
  for (const { reason, pattern, what, advice } of known) {
    const [match, ...groups] = pattern.exec(text) ?? [];
    if (match !== undefined) {
      return { reason, what: what(...groups), advice: advice(...groups) };
    }
  }
  return undefined;
}
