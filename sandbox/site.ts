/** The command `release --service frontend`: releases the stack's site. */
import { info } from "./base/terminal";
import { Output, type ReleaseFlags, startedNothing, UsageError } from "./release";
import { runningSite } from "./running";
import type { Sandbox } from "./sandbox";
import { type Commit, release, releaseCommit } from "./stack";
import type { Service } from "./stack-settings";
import { formatSite } from "./status";

export async function releaseSite(
  sandbox: Sandbox,
  stack: string,
  site: Service,
  { fail, "image-tag": tag, commit }: ReleaseFlags,
): Promise<number> {
  if (fail || tag) throw new UsageError("a site has no --fail and no --image-tag, but --commit");
  const flag = stack === "dev" ? "" : ` --stack ${stack}`;
  const before = await runningSite(sandbox, stack);
  if (!before) {
    throw new Error(
      `Stack ${stack} is not up with its site, so there is no workflow to run.\nFirst: npm run sandbox -- up${flag}`,
    );
  }
  const output = new Output();
  const onCommit = ({ sha, message }: Commit) =>
    info(`Pushed ${sha.slice(0, 12)} to ${site.repository}: ${message}`);
  const workflows =
    commit === undefined
      ? (await release(sandbox, stack, site, { ...output, onCommit })).workflows
      : await releaseCommit(sandbox, stack, before, commit, output);
  if (workflows.length === 0) return startedNothing();
  output.writeResults(workflows);
  const after = await runningSite(sandbox, stack);
  if (after) info(formatSite(after).join("\n"));
  if (!workflows.every(({ ok }) => ok)) {
    info(`\nThe whole log:  npm run sandbox -- logs${flag} --service ${site.name}`);
    return 1;
  }
  const { releasePointer: old } = before;
  if (/^[0-9a-f]{40}$/.test(old) && old !== after?.releasePointer) {
    const again = `release${flag} --service ${site.name} --commit ${old}`;
    info(`\nTo go back: npm run sandbox -- ${again}`);
  }
  return 0;
}
