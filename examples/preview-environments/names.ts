import { createHash } from "node:crypto";

/** The prefix of the names of the environments' stacks. No other stack of the project may have it. */
export const stackPrefix = "preview-";

const longestSlug = 30;
const hashLength = 8;
const endsWithHash = new RegExp(`(?:^|-)[0-9a-f]{${hashLength}}$`);

/**
 * The name of a branch as a DNS label, which is also part of the stack's name. A short and plain name stays as it is. Any other gets the
 * hash of the branch at its end, so `fix/login` and `fix-login` differ.
 */
export function slugOf(branch: string): string {
  const plain = trim(branch.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
  if (plain === branch && plain.length <= longestSlug && !endsWithHash.test(plain)) {
    return plain;
  }
  const hash = createHash("sha256").update(branch).digest("hex").slice(0, hashLength);
  const start = trim(plain.slice(0, longestSlug - hashLength - 1));
  return start === "" ? hash : `${start}-${hash}`;
}

function trim(text: string): string {
  return text.replace(/^-+|-+$/g, "");
}
