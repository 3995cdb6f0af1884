import { deployedOf, type StackConfig } from "../../../components/config";
import { type Answer, type Ask, asker } from "../../../components/github/lookup/ask";
import { actions, type PinnedAction } from "../../../components/github/workflow/actions";
import { bad, type Check, check, good, unknown, type Verdict } from "../check";
import { askMinutes, isHosted, judgeMinutes } from "./minutes";
import { silent } from "./silent";

/** Whether each repository of the stack may run its workflows. */
export function actionsChecks(config: StackConfig): Check[] {
  const { github = {}, release, frontend, previews } = config;
  const { repository: preset = "" } = github;
  const services = release ? [] : config.services;
  const names = new Set([
    ...deployedOf(config).map(({ repository = preset }) => repository),
    ...(release && previews ? [previews.repository ?? preset] : []),
  ]);
  return [...names].flatMap((fullName) => {
    const own = services.filter(({ repository = preset }) => repository === fullName);
    const isProgram = fullName === (previews?.repository ?? preset);
    const site = (frontend?.repository ?? preset) === fullName ? frontend : undefined;
    const used = usedActions({
      ...{ github, services: own, frontend: site },
      previews: isProgram ? previews : undefined,
    });
    const suffix = names.size > 1 ? ` of ${fullName}` : "";
    return [
      check({
        ...{ id: `actions ${fullName}`, title: `GitHub Actions${suffix}`, area: "GitHub" },
        ask: () => askPermissions(asker(undefined), fullName),
        judge: (answers) => judgePermissions(fullName, used, answers),
      }),
      check({
        ...{ id: `minutes ${fullName}`, title: `Runner minutes${suffix}`, area: "GitHub" },
        ask: () => askMinutes(asker(undefined), fullName, new Date()),
        judge: (answers) => judgeMinutes(fullName, isHosted(own) || site !== undefined, answers),
      }),
    ];
  });
}

/** The actions that the workflow files of a repository use; a test compares them with the files. */
export function usedActions({
  github = {},
  services,
  frontend,
  previews,
}: Pick<StackConfig, "github" | "services" | "frontend" | "previews">): PinnedAction[] {
  const builds = !github.promote;
  const emulates = services.some(({ build, cpuArchitecture = "X86_64" }) =>
    (build?.platforms ?? []).some(
      (platform) => platform !== (cpuArchitecture === "ARM64" ? "linux/arm64" : "linux/amd64"),
    ),
  );
  return [
    ...[actions.checkout, actions.configureAwsCredentials],
    ...(services.length > 0
      ? [actions.amazonEcrLogin, actions.renderTaskDefinition, actions.deployTaskDefinition]
      : []),
    ...(builds && services.length > 0 ? [actions.setupBuildx, actions.buildPush] : []),
    ...(builds && emulates ? [actions.setupQemu] : []),
    ...(github.notify && services.length > 0 ? [actions.slack] : []),
    ...(frontend ? [actions.uploadArtifact, actions.downloadArtifact] : []),
    ...(frontend?.nodeVersion !== undefined ? [actions.setupNode] : []),
    ...(previews
      ? [
          ...[actions.setupNode, actions.uploadArtifact, actions.downloadArtifact],
          ...[actions.githubScript, actions.pulumi],
          ...(previews.backend.type === "pulumi-cloud" ? [actions.pulumiAuth] : []),
        ]
      : []),
  ];
}

interface Permissions {
  readonly permissions: Answer;
  readonly selected?: Answer;
}

/** The fields that are used of https://docs.github.com/en/rest/actions/permissions */
interface PermissionsBody {
  readonly enabled: boolean;
  readonly allowed_actions?: "all" | "local_only" | "selected";
}

interface SelectedBody {
  readonly github_owned_allowed?: boolean;
  readonly verified_allowed?: boolean;
  readonly patterns_allowed?: readonly string[];
}

async function askPermissions(ask: Ask, fullName: string): Promise<Permissions> {
  const permissions = await ask(`repos/${fullName}/actions/permissions`);
  const { allowed_actions: allowed } = (permissions.body ?? {}) as Partial<PermissionsBody>;
  return allowed === "selected"
    ? {
        permissions,
        selected: await ask(`repos/${fullName}/actions/permissions/selected-actions`),
      }
    : { permissions };
}

export function judgePermissions(
  fullName: string,
  used: readonly PinnedAction[],
  { permissions, selected }: Permissions,
): Verdict {
  const failed = [permissions, selected].find((answer) => answer && answer.code !== 200);
  if (failed) {
    return silent(failed, "read access to Administration");
  }
  const { enabled, allowed_actions: allowed } = permissions.body as PermissionsBody;
  const settings = `https://github.com/${fullName}/settings/actions`;
  if (!enabled) {
    return bad("they are turned off for this repository", `turn them on: ${settings}`);
  }
  if (allowed === "local_only") {
    return bad("they may use only actions of the owner", `allow ${namesOf(used)}: ${settings}`);
  }
  if (allowed !== "selected") {
    return good("they are on, and every action is allowed");
  }
  const list = (selected?.body ?? {}) as SelectedBody;
  const refused = used.filter(({ uses }) => !isAllowed(uses, list));
  if (refused.length === 0) {
    return good("they are on, and the list of allowed actions has all that the workflows use");
  }
  // GitHub does not say who is verified.
  return list.verified_allowed
    ? unknown(
        `${namesOf(refused)} are allowed only if GitHub has verified their owners`,
        `allow them by name: ${settings}`,
      )
    : bad(
        `the list of allowed actions lacks ${namesOf(refused)}`,
        `allow them by name, with @*: ${settings}`,
      );
}

function namesOf(used: readonly PinnedAction[]): string {
  return used.map(({ uses }) => uses.split("@")[0]).join(", ");
}

/** https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository#allowing-select-actions-and-reusable-workflows-to-run */
function isAllowed(uses: string, { github_owned_allowed, patterns_allowed = [] }: SelectedBody) {
  if (github_owned_allowed && /^(?:actions|github)\//.test(uses)) {
    return true;
  }
  const matches = (pattern: string) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "i").test(uses);
  };
  const blocked = patterns_allowed.some((one) => one.startsWith("!") && matches(one.slice(1)));
  return !blocked && patterns_allowed.some((pattern) => matches(pattern));
}
