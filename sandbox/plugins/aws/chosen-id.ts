import { createHash } from "node:crypto";

/** What stands for an id that AWS chooses: another one for each object, and for its replacement. */
export const chosenId = (prefix: string) => (inputs: object, urn: string) => {
  const digest = createHash("sha256")
    .update(urn + JSON.stringify(inputs))
    .digest("hex");
  return `${prefix}-${digest.slice(0, 17)}`;
};
