import { createStack } from "./components/stack";
import { loadConfig } from "./config";

/** One stack: its configuration in, its resources, its outputs. */
export = async () => createStack(loadConfig());
