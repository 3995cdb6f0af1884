import { createHash } from "node:crypto";

/** A made-up id in place of one that AWS chooses. It differs for each object, and for its replacement. */
export const chosenId = (prefix: string) => (inputs: object, urn: string) => {
  const digest = createHash("sha256")
    .update(urn + JSON.stringify(inputs))
    .digest("hex");
  return `${prefix}-${digest.slice(0, 17)}`;
};
