/** Shared by the replacements for actions: inputs, outputs, and the runner's files and commands. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loopback } from "../../base/loopback";

export class Inputs {
  private readonly values = JSON.parse(process.env.INPUTS ?? "{}") as Record<string, string>;

  /** Returns an empty string for an input that is not given, as GitHub's toolkit does. */
  get(name: string): string {
    return (this.values[name] ?? "").trim();
  }

  required(name: string): string {
    const value = this.get(name);
    if (value === "") throw new Error(`Input required and not supplied: ${name}`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.get(name).toLowerCase();
    if (!["", "true", "false"].includes(value)) throw new Error(`${name} must be true or false`);
    return value === "true";
  }

  lines(name: string): string[] {
    const lines = this.get(name).split("\n");
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  }
}

export function runAction(main: (inputs: Inputs) => Promise<void>): void {
  main(new Inputs()).catch((error: Error) => {
    console.log(`::error::${error.message.replaceAll("%", "%25").replaceAll("\n", "%0A")}`);
    process.exitCode = 1;
  });
}

export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set by the runner`);
  return value;
}

/** The options of an AWS client: its calls go to the gate. */
export function toGate(): { readonly endpoint: () => Promise<{ url: URL }> } {
  return { endpoint: async () => ({ url: new URL(loopback(process.env.AWS_ENDPOINT_URL)) }) };
}

export function setOutput(name: string, value: string): void {
  appendFileSync(environment("GITHUB_OUTPUT"), `${name}=${value}\n`);
}

/** Sets a variable for the job's later steps. */
export function exportVariable(name: string, value: string): void {
  appendFileSync(environment("GITHUB_ENV"), `${name}=${value}\n`);
}

export function maskSecret(value: string): void {
  console.log(`::add-mask::${value}`);
}

/** Saves a note for later actions of the same job, as a Docker client saves it in its configuration. */
export function note(kind: string, text: string): void {
  appendFileSync(notes(kind), `${text}\n`);
}

export function noted(kind: string): string[] {
  return existsSync(notes(kind)) ? readFileSync(notes(kind), "utf8").split("\n") : [];
}

function notes(kind: string): string {
  return join(environment("RUNNER_TEMP"), `slipway-${kind}`);
}
