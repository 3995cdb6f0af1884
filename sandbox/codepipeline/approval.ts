/** Manual approvals: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html */
import type { ActionRun } from "./action-run";
import { ActionFailed, mustBeAllowed } from "./world";

export async function approve(run: ActionRun): Promise<Record<string, string>> {
  const { world, configuration, credentials, action, onLine } = run;
  const { CustomData: customData, ExternalEntityLink, NotificationArn } = configuration;
  if (NotificationArn) {
    const permission = { action: "sns:Publish", resource: NotificationArn };
    await mustBeAllowed(world, credentials, [permission]);
    onLine(
      `Published to ${NotificationArn}: approval needed${customData ? `: ${customData}` : ""}`,
    );
  }
  const approved = await run.approval({
    ...{ pipeline: run.pipeline.name, stage: run.stage, action: action.name },
    ...{ customData, externalEntityLink: ExternalEntityLink },
  });
  if (!approved) throw new ActionFailed("Rejected", `${action.name} was rejected`);
  onLine("Approved");
  return {};
}
