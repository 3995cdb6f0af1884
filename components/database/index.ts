/**
 * An Aurora database for the services of a stack.
 * @module
 */
export { Database, type DatabaseArgs } from "./database";
export type {
  DatabaseEngine,
  DatabaseSettings,
  ReaderAutoscalingArgs,
  ServerlessArgs,
} from "./settings";
