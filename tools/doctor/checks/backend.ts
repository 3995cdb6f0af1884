import type { Check, Verdict } from "../check";
import { bad, good, unknown } from "../check";

/** What the Pulumi CLI says. */
export interface Pulumi {
  /** Undefined if it cannot be started. */
  readonly version: string | undefined;
  /** The answer of `pulumi whoami`, or why there is none. */
  readonly login: Login | Error;
  /** The stack in the backend; undefined if it does not exist. */
  readonly stack: StackSummary | undefined;
  /** The secrets provider in the stack file. @default a passphrase, or Pulumi Cloud's own */
  readonly secretsProvider: string | undefined;
  /** Why the encrypted values of the stack file are unreadable; undefined if they are readable. */
  readonly locked: string | undefined;
}

export interface Login {
  readonly user: string;
  /** `https://app.pulumi.com/…`, `s3://…`, `file://…` */
  readonly url: string;
}

export interface StackSummary {
  readonly resourceCount?: number;
}

/** `refresh: always` in Pulumi.yaml, and the SDK's calls, need this version. */
const oldest = [3, 182] as const;

export function backendChecks(pulumi: Pulumi, stack: string, env: NodeJS.ProcessEnv): Check[] {
  const line = (id: string, title: string, verdict: Verdict): Check => ({
    ...{ id: `pulumi ${id}`, title, area: "Pulumi" },
    run: async () => verdict,
  });
  const { version, login } = pulumi;
  const first = [line("version", "Version", judgeVersion(version))];
  if (version === undefined) {
    return first;
  }
  return [
    ...first,
    line("backend", "Backend", judgeLogin(login)),
    ...(login instanceof Error
      ? []
      : [
          line("secrets", "Secrets", judgeSecrets(pulumi, env)),
          line("stack", "Stack", judgeStack(stack, pulumi.stack)),
        ]),
  ];
}

export function judgeVersion(version: string | undefined): Verdict {
  const install = "install it: https://www.pulumi.com/docs/install/";
  if (version === undefined) {
    return bad("there is no pulumi on PATH", install);
  }
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const isNew = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return isNew
    ? good(version)
    : bad(`${version} is older than ${oldest.join(".")}`, `${install}, or run pulumi self-update`);
}

export function judgeLogin(login: Login | Error): Verdict {
  return login instanceof Error
    ? bad(
        `pulumi whoami fails: ${login.message}`,
        "run pulumi login for Pulumi Cloud, or pulumi login s3://your-bucket",
      )
    : good(`${login.url}, as ${login.user}`);
}

/** How the stack's secrets are encrypted, and whether this shell can decrypt them. */
export function judgeSecrets(
  { login, secretsProvider, locked }: Pulumi,
  env: NodeJS.ProcessEnv,
): Verdict {
  const provider = secretsProvider?.split(":")[0];
  const isCloud = !(login instanceof Error) && /^https?:/.test(login.url);
  const usesPassphrase = provider === undefined ? !isCloud : provider === "passphrase";
  const isSet =
    env.PULUMI_CONFIG_PASSPHRASE !== undefined || Boolean(env.PULUMI_CONFIG_PASSPHRASE_FILE);
  if (usesPassphrase && !isSet) {
    return bad(
      "secrets in this backend need a passphrase, and none is set",
      "export PULUMI_CONFIG_PASSPHRASE=…, and keep it: without it nobody can read the state",
    );
  }
  if (locked !== undefined) {
    return bad(
      `the encrypted values of the stack file cannot be read: ${locked}`,
      usesPassphrase
        ? "export the passphrase with which the stack was created"
        : "use an account that may decrypt them",
    );
  }
  return good(
    usesPassphrase
      ? "encrypted with a passphrase, which is set"
      : `encrypted by ${provider ?? "Pulumi Cloud"}`,
  );
}

export function judgeStack(stack: string, found: StackSummary | undefined): Verdict {
  if (!found) {
    return good(`${stack} does not exist yet: pulumi stack init ${stack} creates it`);
  }
  const { resourceCount } = found;
  return resourceCount === undefined
    ? unknown(`${stack} exists; whether it is deployed is not known`)
    : good(
        isDeployed(found)
          ? `${stack} is deployed, with ${resourceCount} resources`
          : `${stack} exists and is empty`,
      );
}

/** Whether the objects of the stack are among those that exist in the account. */
export function isDeployed(stack: StackSummary | undefined): boolean {
  return (stack?.resourceCount ?? 0) > 0;
}
