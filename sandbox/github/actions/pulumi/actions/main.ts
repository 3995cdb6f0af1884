/** Replaces https://github.com/pulumi/actions: puts the sandbox's engine into the environment, and runs an update with it. */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { environment, exportVariable, type Inputs, runAction } from "../../action";

runAction(async (inputs) => {
  // The state is the sandbox's own, whatever backend the job names.
  const variables = JSON.parse(environment("SLIPWAY_ENGINE_VARIABLES")) as Record<string, string>;
  for (const [name, value] of Object.entries(variables)) exportVariable(name, value);
  const command = inputs.get("command");
  if (command === "") return;
  if (command !== "up") throw new Error(`the sandbox runs up, not ${command}`);
  update(inputs, { ...process.env, ...variables });
});

/** `stack.up` of the Automation API, which skips the preview: https://github.com/pulumi/actions/blob/main/src/main.ts */
function update(inputs: Inputs, env: NodeJS.ProcessEnv): void {
  const { status, stdout } = spawnSync(
    "pulumi",
    [
      ...["up", "--yes", "--skip-preview", "--non-interactive"],
      ...["--stack", inputs.required("stack-name"), "--color", inputs.get("color")],
      ...(inputs.flag("suppress-outputs") ? ["--suppress-outputs"] : []),
    ],
    { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1e9 },
  );
  console.log(stdout);
  if (inputs.flag("comment-on-summary")) {
    appendFileSync(environment("GITHUB_STEP_SUMMARY"), `\`\`\`\n${stdout}\n\`\`\`\n`);
  }
  if (status !== 0) throw new Error(`code: ${status}`);
}
