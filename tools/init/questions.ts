import { Document } from "yaml";
import { ConfigurationError, type Problem } from "../../components/shared/errors";
import { checkStackFile } from "../stack-file/read";

export interface Question {
  readonly flag: string;
  /** What a terminal shows. */
  readonly message: string;
  /** The key in the stack file, whose checks the answer must pass. */
  readonly key: readonly (string | number)[];
  /** Another answer that the checks compare with this one. @default none */
  readonly beside?: Pick<Question, "key"> & { readonly value: string };
  readonly isNumber?: boolean;
  readonly allowed: string;
  readonly fix: string;
}

const service = ["slipway:services", 0] as const;
const https = ["slipway:loadBalancer", "https"] as const;

export const questions = {
  repository: {
    flag: "repository",
    message: "The application's repository on GitHub, owner/name",
    key: ["slipway:github", "repository"],
    allowed: "owner/name of the application's repository: its folder has no remote on github.com",
    fix: "--repository owner/name, or --app with the folder of a clone",
  },
  branch: {
    flag: "branch",
    message: "The branch that deploys dev at each push",
    key: ["slipway:github", "trigger", "branch"],
    allowed:
      "the branch that deploys at each push: neither GitHub nor the remote names a default branch",
    fix: "for example --branch main",
  },
  region: {
    flag: "region",
    message: "The AWS region",
    key: ["aws:region"],
    allowed: "an AWS region: neither AWS_REGION nor the profile has one",
    fix: "for example --region us-east-1",
  },
  name: {
    flag: "name",
    message: "The service's name",
    key: [...service, "name"],
    allowed: "the service's name",
    fix: "for example --name api",
  },
  port: {
    flag: "port",
    message: "The port where the container listens for HTTP",
    key: [...service, "port"],
    isNumber: true,
    allowed: "the port where the container listens for HTTP: EXPOSE does not name exactly one",
    fix: "for example --port 8000",
  },
  healthPath: {
    flag: "health-path",
    message: "The path that the load balancer requests to check a task",
    key: [...service, "healthCheck", "path"],
    allowed: "the path of the health check",
    fix: "for example --health-path /health",
  },
  domain: {
    flag: "domain",
    message:
      "The domain of production, in a public Route 53 zone (leave it empty for HTTP without a domain)",
    key: [...https, "domain"],
    allowed: "the domain that users open: --zone alone has no effect",
    fix: "for example --domain app.example.com",
  },
  zone: {
    flag: "zone",
    message: "The Route 53 zone that contains the domain",
    key: [...https, "zone"],
    allowed: "the Route 53 zone that contains the domain",
    fix: "for example --zone example.com",
  },
} as const satisfies Record<string, Question>;

const sample = {
  "aws:region": "us-east-1",
  "slipway:loadBalancer": { https: { domain: "app.example.com" } },
  "slipway:github": { repository: "octo-org/octo-app", trigger: { type: "push", branch: "main" } },
  "slipway:services": [{ name: "api", port: 8000 }],
};

/** The problem that the checks of a stack file find in an answer. */
export function problemIn(
  { key, beside, isNumber }: Question,
  answer: string,
): Problem | undefined {
  if (answer === "") {
    return { path: "", value: answer, allowed: "an answer that is not empty", fix: "write one" };
  }
  const document = new Document(sample);
  document.setIn(key, isNumber ? Number(answer) : answer);
  if (beside) document.setIn(beside.key, beside.value);
  const paths = [key, ...(beside ? [beside.key] : [])].map(pathText);
  try {
    checkStackFile(document.toJS() as Record<string, unknown>, "dev", "npm run init");
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.find(({ path }) => paths.includes(path));
  }
}

function pathText(key: Question["key"]): string {
  return key
    .map((step, i) => (typeof step === "number" ? `[${step}]` : i > 0 ? `.${step}` : step))
    .join("");
}
