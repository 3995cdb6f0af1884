/**
 * Runs questions inside a Pulumi program, so that the plugins answer them with exactly the credentials, profile, roles and
 * endpoints of an update. The program is previewed in a stack of its own, in a temporary folder: it creates nothing, and the
 * state of the real stack is not opened.
 */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation";
import { withoutColours } from "../../components/automation/progress";
import type { StackFile } from "./stack-file";

export async function inProgram<T>(
  { stack, projectName, settings, encrypted }: StackFile,
  decrypted: Readonly<Record<string, string>>,
  ask: () => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-doctor-"));
  const stackName = stack.split("/").at(-1) ?? stack;
  const errors: string[] = [];
  let answer: { readonly value: T } | undefined;
  const program = async () => {
    answer = { value: await ask() };
  };
  try {
    await mkdir(join(folder, "state"));
    const plain = Object.entries(settings).filter(([key]) => !encrypted.includes(key));
    const temporary = await LocalWorkspace.createStack(
      { stackName, projectName, program },
      {
        workDir: folder,
        projectSettings: { name: projectName, runtime: "nodejs" },
        stackSettings: { [stackName]: { config: Object.fromEntries(plain) } },
        envVars: {
          PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
        },
      },
    );
    for (const [key, value] of Object.entries(decrypted)) {
      await temporary.setConfig(key, { value, secret: true });
    }
    await temporary
      .preview({ onEvent: (event) => errors.push(...errorsOf(event)) })
      .catch((error: Error) => {
        // The answers are complete, even if the engine reports errors after them.
        if (!answer) throw new Error(errors.join("\n") || error.message);
      });
    if (!answer) throw new Error("the program ended without an answer");
    return answer.value;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function errorsOf({ diagnosticEvent: event }: EngineEvent): string[] {
  return event?.severity === "error" ? [withoutColours(event.message).trim()] : [];
}
