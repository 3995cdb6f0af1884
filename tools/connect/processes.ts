/** The AWS CLI, its plugin for sessions, and Pulumi. */
import { execFile, spawn } from "node:child_process";
import { CannotError } from "../command";

const installed: Readonly<Record<string, string>> = {
  aws: "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  pulumi: "https://www.pulumi.com/docs/iac/download-install/",
  "session-manager-plugin":
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
};

function missing(program: string): CannotError {
  return new CannotError(`${program} is not on PATH. To install it: ${installed[program]}`);
}

/** Returns what a program prints. Its errors become a `CannotError`. */
export function ask(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 1024 ** 3 }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") reject(missing(program));
      else if (error) reject(new CannotError(stderr.trim() || error.message));
      else resolve(stdout.trim());
    });
  });
}

/** Runs a program on this terminal. Ctrl-C goes to the program: a shell continues after it. */
export function runHere(program: string, args: readonly string[]): Promise<number> {
  const ignore = () => {};
  process.on("SIGINT", ignore);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", () => reject(missing(program)));
    child.on("exit", (code) => resolve(code ?? 1));
  }).finally(() => process.off("SIGINT", ignore));
}
