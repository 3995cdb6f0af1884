/** Downloads a file, and keeps it only if it is the expected one. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { run } from "../base/processes";
import { buildEnvironment } from "./environment";

/** The longest wait for a connection if there is no route to the internet. */
const CONNECT_S = "5";

/** Returns false if the address cannot be reached; another file than the expected one is an error. curl, unlike Node 20, uses the user's proxy. */
export async function download(url: string, sha256: string, file: string): Promise<boolean> {
  const args = ["--fail", "--silent", "--location", "--connect-timeout", CONNECT_S];
  const options = { env: buildEnvironment() };
  const result = await run("curl", [...args, "--output", file, url], options).catch(
    () => undefined,
  );
  if (result?.code !== 0) return false;
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest("hex");
  if (actual === sha256) return true;
  await rm(file);
  throw new Error(`${url} has the SHA-256 ${actual}, not ${sha256}: it is not used`);
}
