import type { StackConfig } from "../../components/config";
import type { Area, Check, Line } from "./check";
import { textOf, unanswered, unknown } from "./check";
import { accountCheck, judgeCredentials, judgePlugin } from "./checks/account";
import { actionsChecks } from "./checks/actions";
import { backendChecks, isDeployed } from "./checks/backend";
import { certificateCheck, domainChecks, httpsOf } from "./checks/domain";
import { existingChecks } from "./checks/existing";
import { repositoryChecks } from "./checks/github";
import { imageChecks, promotionChecks } from "./checks/images";
import { networkChecks } from "./checks/network";
import { quotaChecks } from "./checks/quotas";
import { regionCheck } from "./checks/region";
import { identityProviderChecks, roleChecks } from "./checks/roles";
import { secretChecks } from "./checks/secrets";
import { sourceChecks } from "./checks/source";
import { needsOf } from "./needs";
import { inProgram } from "./program";
import { askPulumi } from "./pulumi";
import type { StackFile } from "./stack-file";

export type Report = Readonly<Record<Area, readonly Line[]>>;

/** Asks everything, and returns the lines by area. */
export async function examine(
  file: StackFile,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Report> {
  const { config, stack } = file;
  const { pulumi, decrypted, promoted, shared } = await askPulumi(file);
  const aws = [
    ...awsChecks(config, regionOf(file, env), isDeployed(pulumi.stack)),
    ...existingChecks(config, shared),
  ];
  const inside = <T>(ask: () => Promise<T>) => inProgram(file, decrypted, ask);
  const certificate = certificateCheck(httpsOf(config), inside);
  const backend = await answered([
    ...backendChecks(pulumi, stack, env),
    ...(pulumi.login instanceof Error ? [] : promotionChecks(config, promoted)),
  ]);
  if (pulumi.version === undefined) {
    const lines = (checks: readonly Check[]) => checks.map((one) => unasked(one, "Version"));
    return {
      Pulumi: backend,
      AWS: lines([accountCheck(), ...aws, ...certificate]),
      GitHub: lines(gitHubChecks(config)),
    };
  }
  const { AWS, GitHub } = await askPlugins(aws, config, inside);
  const isIn = AWS[0]?.state === "good";
  const last = isIn
    ? await answered(certificate)
    : certificate.map((one) => unasked(one, "Credentials"));
  return { Pulumi: backend, AWS: [...AWS, ...last], GitHub };
}

/** Asks AWS and GitHub at the same time. The first question to AWS is who the credentials belong to. */
async function askPlugins(
  aws: readonly Check[],
  config: StackConfig,
  inside: <T>(ask: () => Promise<T>) => Promise<T>,
): Promise<Pick<Report, "AWS" | "GitHub">> {
  const account = accountCheck();
  const unaskedAws = aws.map((one) => unasked(one, account.title));
  try {
    return await inside(async () => {
      const [first, GitHub] = await Promise.all([lineOf(account), answered(gitHubChecks(config))]);
      return {
        AWS: [first, ...(first.state === "good" ? await answered(aws) : unaskedAws)],
        GitHub,
      };
    });
  } catch (error) {
    // The AWS plugin checks the credentials when it starts, and its error ends the program: GitHub is asked again without it.
    const GitHub = await inside(() => answered(gitHubChecks(config))).catch((again: unknown) =>
      unanswerable(gitHubChecks(config), textOf(again)),
    );
    const { id, title } = account;
    return { AWS: [{ id, title, ...judgeCredentials(textOf(error)) }, ...unaskedAws], GitHub };
  }
}

/** Lines without an answer. The first one says why. */
function unanswerable([first, ...others]: readonly Check[], text: string): Line[] {
  if (!first) {
    return [];
  }
  const { id, title } = first;
  const verdict = judgePlugin(text) ?? unanswered(text);
  return [{ id, title, ...verdict }, ...others.map((one) => unasked(one, title))];
}

function gitHubChecks(config: StackConfig): Check[] {
  return [...repositoryChecks(config), ...actionsChecks(config)];
}

/** The checks of AWS that this configuration needs, except the account's. */
function awsChecks(config: StackConfig, region: string, deployed: boolean): Check[] {
  const needs = needsOf(config);
  return [
    regionCheck(region, needs.zones),
    ...quotaChecks(needs, region, deployed),
    ...networkChecks(config),
    ...roleChecks(config),
    ...identityProviderChecks(config, deployed),
    ...sourceChecks(config, deployed),
    ...domainChecks(httpsOf(config)),
    ...secretChecks(config),
    ...imageChecks(config),
  ];
}

function regionOf({ settings }: StackFile, env: NodeJS.ProcessEnv): string {
  return String(settings["aws:region"] ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "");
}

async function lineOf({ id, title, run }: Check): Promise<Line> {
  return { id, title, ...(await run()) };
}

function answered(checks: readonly Check[]): Promise<Line[]> {
  return Promise.all(checks.map(lineOf));
}

function unasked({ id, title }: Check, cause: string): Line {
  return { id, title, ...unknown(`not checked: see ${cause}`) };
}
