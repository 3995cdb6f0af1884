import type { StackExample } from "../stack-example";

export const example: StackExample = { name: "fastapi" };
