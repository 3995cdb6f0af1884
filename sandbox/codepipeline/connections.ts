/** Completes a new connection, or makes one that a program adopts, as a person does in the console. */
import { join } from "node:path";
import { changeKept } from "../plugins/kit/kept";

const TYPE = "aws:codeconnections/connection:Connection";

/** Makes the stack's connections available, or only the named one, and returns their ARNs. */
export async function confirmConnections(folder: string, wanted?: string): Promise<string[]> {
  const confirmed: string[] = [];
  await changeKept(join(folder, "kept.json"), (store) => {
    if (wanted !== undefined) {
      const key = `${TYPE} ${wanted}`;
      store[key] ??= { properties: connection(wanted), tags: {} };
    }
    for (const [key, stored] of Object.entries(store)) {
      const arn = key.startsWith(`${TYPE} `) ? key.slice(TYPE.length + 1) : undefined;
      if (arn === undefined || (wanted !== undefined && arn !== wanted)) continue;
      stored.properties = { ...stored.properties, connectionStatus: "AVAILABLE" };
      confirmed.push(arn);
    }
  });
  return confirmed;
}

/** A connection that no program made. */
function connection(arn: string) {
  const [, , , , ownerAccountId = "", resource = ""] = arn.split(":");
  return { arn, name: resource.split("/").at(-1) ?? "", ownerAccountId, providerType: "GitHub" };
}
