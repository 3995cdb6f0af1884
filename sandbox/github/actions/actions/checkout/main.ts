import { git } from "../../../git";
import { environment, runAction, setOutput } from "../../action";

runAction(async (inputs) => {
  const repository = environment("SLIPWAY_REPOSITORY");
  if (environment("SLIPWAY_CONTENTS") === "none") {
    const name = environment("GITHUB_REPOSITORY");
    throw new Error(
      `repository 'https://github.com/${name}/' not found (a private repository needs the permission "contents: read")`,
    );
  }
  const ref = inputs.get("ref") || environment("GITHUB_SHA");
  const depth = Number(inputs.get("fetch-depth") || 1);
  const workspace = environment("GITHUB_WORKSPACE");
  await git(workspace, ["init", "--quiet"]);
  await git(workspace, [
    "fetch",
    "--quiet",
    ...(depth > 0 ? [`--depth=${depth}`] : []),
    // A path without the scheme would ignore the depth.
    `file://${repository}`,
    ref,
  ]);
  const commit = await git(workspace, ["rev-parse", "FETCH_HEAD^{commit}"]);
  const all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  // https://github.com/actions/checkout/blob/v7.0.1/src/ref-helper.ts: a depth of 0 fetches every branch and tag.
  if (depth === 0) await git(workspace, ["fetch", "--quiet", `file://${repository}`, ...all]);
  await git(workspace, ["checkout", "--quiet", "--force", "--detach", commit]);
  console.log(`Checked out ${commit}`);
  setOutput("ref", ref);
  setOutput("commit", commit);
});
