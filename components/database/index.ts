/**
 * An Aurora database for the services of a stack.
 * @module
 */
export { Database, type DatabaseArgs, type MonitoredDatabase } from "./database";
export type {
  DatabaseEngine,
  DatabaseSettings,
  ReaderAutoscalingArgs,
  ServerlessArgs,
} from "./settings";
