/** `npm run schema` writes the JSON Schema of the stack files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./stack-schema";

const path = join(__dirname, "..", "..", "config", "stack-file.schema.json");
writeFileSync(path, `${JSON.stringify(stackFileSchema(), null, 2)}\n`);
