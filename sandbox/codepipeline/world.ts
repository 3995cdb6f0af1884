/** Where pipelines run: a stack's AWS account, behind the gate, and the sandbox's git repositories. */
import type { Credentials, Gate } from "../github/gate";
import type { Definitions } from "./definitions";

export interface Place {
  /** The stack's folder in the sandbox: `<sandbox>/stacks/<stack>`. */
  readonly folder: string;
  /** The root of the git repositories: `<root>/<owner>/<name>.git`; those of CodeCommit have the owner `codecommit`. */
  readonly repositories: string;
  readonly account: string;
  readonly region: string;
  /** The emulator's endpoint; pipelines reach it only through a gate. */
  readonly endpoint: string;
  /** Its PATH must contain bash, git, python3, node and the AWS CLI; builds see few of the other variables. */
  readonly env: NodeJS.ProcessEnv;
}

export interface World extends Place {
  readonly definitions: Definitions;
  readonly gate: Gate;
  readonly onLine: (line: string) => void;
}

/** The options of an AWS client that calls with a role's credentials. */
export function clientOf({ gate, region }: World, credentials: Credentials) {
  return { endpoint: gate.url, region, credentials };
}

/** An action or a build ended with an error of AWS. */
export class ActionFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Throws if the role may not do what the sandbox does in the service's place. */
export async function mustBeAllowed(
  { gate }: World,
  credentials: Credentials,
  permissions: Parameters<Gate["refusal"]>[1],
): Promise<void> {
  const message = await gate.refusal(credentials, permissions);
  if (message !== undefined) throw new ActionFailed("PermissionError", message);
}
