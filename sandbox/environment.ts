/** The environment of the programs that use a sandbox. */
import { devNull } from "node:os";
import type { Credentials } from "./state";

/** Variables that select an account, an endpoint, a state or a token. */
const FOREIGN = /^(AWS_|PULUMI_|GITHUB_|GH_)/;

/** Lines for a shell with this environment: they set the variables, and unset those that could lead out of the sandbox. */
export function shellLines(variables: Record<string, string>, env: NodeJS.ProcessEnv): string[] {
  const foreign = Object.keys(env).filter((name) => FOREIGN.test(name));
  const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
  return [
    // An empty AWS_PROFILE would break the AWS CLI.
    ...foreign.filter((name) => !Object.hasOwn(variables, name)).map((name) => `unset ${name}`),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
  ];
}

/** The user's environment without these variables. */
export function ownVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)));
}

export function awsVariables(endpoint: string, credentials: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
    // A profile can have an endpoint of its own, or make the SDK ignore AWS_ENDPOINT_URL.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}
