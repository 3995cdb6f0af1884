import { checkDatabase, checkDatabaseName } from "../database/check";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** Checks a database and the services that use it. A stack has both, or neither. */
export function checkDatabases(
  { database, services }: Config,
  stack: string | undefined,
  at: At,
): Problem[] {
  const using = (services ?? []).flatMap((service, i) =>
    service?.database === true ? [at(`services[${i}].database`)] : [],
  );
  if (!database) {
    return using.map((path) => ({
      path,
      value: true,
      allowed: "false, or nothing: the stack has no database",
      fix: 'add one: database: { engine: aurora-postgresql, engineVersion: "17" }',
      reads: [at("database")],
    }));
  }
  return [
    ...checkDatabaseName(stack, "the stack's name"),
    ...checkDatabase(database, at("database")),
    // Another check reports missing services.
    ...(services && using.length === 0
      ? [
          {
            path: at("database"),
            value: database,
            allowed: "nothing without a service that uses it",
            fix: "set database: true for a service, or remove it",
            reads: [at("services")],
          },
        ]
      : []),
  ];
}
