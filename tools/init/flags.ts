import { parseCommandLine } from "../command";

export const usage = `Usage: npm run init -- [options]

Writes Pulumi.dev.yaml and Pulumi.prod.yaml for an application. It reads the application's git remote and Dockerfile, the AWS
region in use, and what GitHub says of the repository. In a terminal it asks for the rest; without one, every missing answer is
an error. It changes nothing on AWS and on GitHub.

  --app DIR            the application's folder, a clone of its repository; default: this folder
  --repository NAME    owner/name on GitHub; default: the folder's remote. Another one is read on GitHub
  --branch NAME        the branch whose pushes deploy dev; default: the default branch
  --region NAME        the AWS region; default: AWS_REGION, or the profile's
  --name NAME          the service's name; default: the repository's
  --dockerfile PATH    default: Dockerfile
  --target NAME        the stage to build; default: the last one
  --port NUMBER        where the container listens; default: EXPOSE
  --health-path PATH   the path of the health check; default: HEALTHCHECK's, or /
  --domain NAME        the domain of production, for HTTPS; default: none, only HTTP
  --zone NAME          the Route 53 zone of the domain; default: the domain without its first part
  --stack NAME         a stack to write; repeat it for several; default: dev and prod. A name that begins with prod gets the
                       settings of production
  --force              replaces stack files that exist
  --yes                writes without asking for confirmation

GITHUB_TOKEN lets init see private repositories.
`;

export interface Stack {
  readonly name: string;
  /** Whether it gets the settings of production. */
  readonly production: boolean;
}

const texts = [
  ...["app", "repository", "branch", "region", "name", "dockerfile"],
  ...["target", "port", "health-path", "domain", "zone"],
] as const;

export interface Flags {
  readonly app?: string;
  readonly repository?: string;
  readonly branch?: string;
  readonly region?: string;
  readonly name?: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly port?: string;
  readonly "health-path"?: string;
  readonly domain?: string;
  readonly zone?: string;
  readonly stacks: readonly Stack[];
  readonly force: boolean;
  readonly yes: boolean;
  readonly help: boolean;
}

/** @throws UsageError */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseCommandLine({
    args: [...args],
    options: {
      ...Object.fromEntries(texts.map((name) => [name, { type: "string" } as const])),
      stack: { type: "string", multiple: true, default: ["dev", "prod"] },
      force: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { stack, ...flags } = values as unknown as Omit<Flags, "stacks"> & { stack: string[] };
  return { ...flags, stacks: [...new Set(stack)].map(stackOf) };
}

function stackOf(name: string): Stack {
  return { name, production: name.startsWith("prod") };
}

export function isProduction({ production }: Stack): boolean {
  return production;
}
