import { releaseScript } from "../../release/script";
import { type Author, header } from "./header";

/** The script that the workflows of all services of a stack run. It is in the repository beside them. */
export function releaseScriptPath(stack: string): string {
  return `.github/slipway/release-${stack}.sh`;
}

/** The `run:` of a step. */
export function scriptCommand(stack: string, command: string): string {
  return `bash ${releaseScriptPath(stack)} ${command}`;
}

/** A pattern for the scripts of all stacks. */
export const releaseScripts = ".github/slipway/**";

export function renderReleaseScript(author: Author): string {
  const comment = header(author).replaceAll(/^/gm, "#");
  return `#!/usr/bin/env bash\n${comment}\n#\n${releaseScript()}`;
}
