/** Stores the tokens that the sandbox's GitHub accepts. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeAtomically } from "../base/lock";

/**
 * A classic token has scopes, a fine-grained one permissions:
 * https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
 */
export type Token =
  | { readonly scopes: readonly string[] }
  | { readonly permissions: Readonly<Record<string, "read" | "write">> };

type Written = readonly string[] | Token;

/** Each token with its permissions; a list has a classic token's scopes. */
export async function writeTokens(
  root: string,
  tokens: Readonly<Record<string, Written>>,
): Promise<void> {
  await mkdir(root, { recursive: true });
  await writeAtomically(join(root, "tokens.json"), `${JSON.stringify(tokens, null, 2)}\n`);
}

/** Returns undefined if GitHub does not know the token. */
export async function readToken(root: string, token: string): Promise<Token | undefined> {
  const tokens = await readJson<Record<string, Written>>(join(root, "tokens.json"), {});
  const found = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  return Array.isArray(found) ? { scopes: found } : (found as Token | undefined);
}
