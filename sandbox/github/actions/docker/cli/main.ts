/**
 * Replaces Docker's client (https://docs.docker.com/reference/cli/docker/) with the commands that workflows and buildspecs use, for images
 * of Amazon ECR.
 */
import { buildAndPush, buildLocally, pushLocal, tagLocal } from "./build";
import { copyImage } from "./copy-image";
import { createBuilder, login, logout } from "./login";

type Command = (args: readonly string[]) => Promise<void> | void;

const COMMANDS: Readonly<Record<string, Command>> = {
  login,
  logout,
  build: buildLocally,
  "image build": buildLocally,
  tag: tagLocal,
  push: pushLocal,
  "buildx create": createBuilder,
  "buildx build": buildAndPush,
  "buildx imagetools create": copyImage,
};

async function main(): Promise<void> {
  // The runner's script adds the name of this replacement.
  const args = process.argv.slice(3);
  for (const words of [3, 2, 1]) {
    const command = COMMANDS[args.slice(0, words).join(" ")];
    if (command) return command(args.slice(words));
  }
  throw new Error(`the sandbox has no Docker, so it cannot run: docker ${args.join(" ")}`);
}

main().catch((error: Error) => {
  console.error(`ERROR: ${error.message}`);
  process.exitCode = 1;
});
