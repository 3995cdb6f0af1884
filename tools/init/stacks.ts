import { refsOf } from "../../components/github/workflow/trigger";
import {
  defaultCpuUtilization,
  deploymentDefaults,
  healthCheckDefaults,
} from "../../components/service/defaults";
import type { Note, StackFile } from "../stack-file/render";
import type { Answers } from "./answers";
import type { Stack } from "./flags";

/** The stack's environment on GitHub. */
export interface FoundEnvironment {
  readonly exists: boolean;
}

type Path = readonly (string | number)[];

const github: Path = ["slipway:github"];
const service: Path = ["slipway:services", 0];

/** The stack file of an application: a cheap one, or one for production. */
export function stackFileOf(
  answers: Answers,
  { name, production }: Stack,
  environment: FoundEnvironment,
): StackFile {
  const { repository, region, branch, https } = answers;
  const project = repository.value.split("/")[1] ?? "";
  return {
    title: production
      ? "Survives the loss of a zone: NAT gateways and tasks in three zones, with autoscaling. A tag such as v1.2.0 deploys it."
      : `A small and cheap stack: one NAT gateway, one task, on Spot capacity. A push to ${branch.value} deploys it.`,
    config: {
      "aws:region": region.value,
      "aws:defaultTags": { tags: { Project: project, Stack: name } },
      "slipway:network": production
        ? { availabilityZones: 3, natGateways: "one-per-az" }
        : { availabilityZones: 2, natGateways: "single" },
      ...(production
        ? { "slipway:loadBalancer": { ...(https && { https }), deletionProtection: true } }
        : { "slipway:cluster": { containerInsights: "disabled" } }),
      "slipway:github": githubOf(answers, production, environment),
      "slipway:services": [serviceOf(answers, production)],
    },
    notes: notesOf(answers, production, environment),
  };
}

/** What deploys the stack. */
function triggerOf({ branch }: Pick<Answers, "branch">, production: boolean) {
  return production
    ? ({ type: "tag", pattern: "v*" } as const)
    : ({ type: "push", branch: branch.value } as const);
}

/** The branches and tags that deploy the stack. */
export function refsOfStack(answers: Answers, { production }: Stack) {
  return refsOf(triggerOf(answers, production), answers.branch.value);
}

function githubOf(answers: Answers, production: boolean, environment: FoundEnvironment) {
  const { settings, closed } = answers.github;
  return {
    repository: answers.repository.value,
    trigger: triggerOf(answers, production),
    ...(settings && { settings }),
    ...(!settings && environment.exists && { environment: "adopt" }),
    ...(closed && { delivery: { type: "pull_request" } }),
    identityProvider: "create",
  };
}

function serviceOf(answers: Answers, production: boolean) {
  const { name, port } = answers;
  const build = buildOf(answers);
  return {
    name: name.value,
    port: port.value,
    ...(build && { build }),
    ...(production
      ? {
          cpu: 512,
          memory: 1024,
          autoscaling: {
            minCapacity: 2,
            maxCapacity: 10,
            cpuUtilization: defaultCpuUtilization,
          },
        }
      : {
          cpu: deploymentDefaults.cpu,
          memory: deploymentDefaults.memory,
          desiredCount: 1,
          capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT" }],
        }),
    healthCheck: healthCheckOf(answers),
    ...graceOf(answers),
    logRetentionInDays: production ? 90 : 7,
    ...(!production && { imageRepository: { keepReleases: 20, forceDelete: true } }),
  };
}

function buildOf({ build: { path, context, target } }: Answers) {
  const build = {
    ...(context !== "." && { context }),
    ...(path !== (context === "." ? "Dockerfile" : `${context}/Dockerfile`) && {
      dockerfile: path,
    }),
    ...(target && { target }),
  };
  return Object.keys(build).length > 0 ? build : undefined;
}

/**
 * Does not take the image's interval: a new task gets requests after its first successful check, so Docker's 30 seconds would make
 * every deployment slower.
 */
function healthCheckOf({ healthPath, build }: Answers) {
  const { timeout = 0, retries } = build.facts.healthCheck ?? {};
  const wanted = Math.min(120, Math.ceil(timeout));
  const slow = wanted > healthCheckDefaults.timeout;
  return {
    path: healthPath.value,
    ...(slow && wanted >= healthCheckDefaults.interval && { interval: wanted + 1 }),
    ...(slow && { timeout: wanted }),
    ...(retries && { unhealthyThreshold: Math.min(10, Math.max(2, retries)) }),
  };
}

/** A start period that is shorter than the default has no advantage. */
function graceOf({ build }: Answers) {
  const seconds = Math.ceil(build.facts.healthCheck?.startPeriod ?? 0);
  return seconds > deploymentDefaults.healthCheckGracePeriodSeconds
    ? { healthCheckGracePeriodSeconds: seconds }
    : undefined;
}

function notesOf(answers: Answers, production: boolean, environment: FoundEnvironment): Note[] {
  const { region, port, healthPath, https } = answers;
  const { settings, closed } = answers.github;
  const notes: (Note | undefined)[] = [
    sourceNote(["aws:region"], region.source),
    production
      ? https
        ? undefined
        : {
            path: ["slipway:loadBalancer"],
            text: "HTTP only. For HTTPS: https: { domain: app.example.com, zone: example.com }, or https: { certificateArn: … }",
          }
      : {
          path: ["slipway:cluster", "containerInsights"],
          text: "AWS bills each metric of Container Insights",
        },
    settings && {
      path: [...github, "settings"],
      text: "a private repository, and its owner's plan has no environments for it",
    },
    !settings && environment.exists
      ? {
          path: [...github, "environment"],
          text: "it exists, and Slipway does not change its rules",
        }
      : undefined,
    closed
      ? { path: [...github, "delivery"], text: `Nobody may commit to the branch: ${closed}.` }
      : undefined,
    {
      path: [...github, "identityProvider"],
      text: "`adopt` if the account has one, for example of another stack",
    },
    sourceNote([...service, "port"], port.source),
    sourceNote([...service, "healthCheck", "path"], healthPath.source),
    production
      ? undefined
      : {
          path: [...service, "imageRepository", "forceDelete"],
          text: "`pulumi destroy` deletes the images, too",
        },
  ];
  return notes.filter((note) => note !== undefined);
}

function sourceNote(path: Path, source: string | undefined): Note | undefined {
  return source === undefined ? undefined : { path, text: source };
}
