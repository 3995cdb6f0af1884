import type * as pulumi from "@pulumi/pulumi";
import type { Database } from "./database";

type Values = Readonly<Record<string, pulumi.Input<string>>>;

interface Variables {
  readonly environment: Values;
  readonly secrets: Values;
}

/**
 * The variables of a container that uses a database. A variable that the service itself sets, in `environment` or in `secrets`, has
 * priority: ECS refuses a name that is in both.
 */
export function withDatabase({
  database,
  environment = {},
  secrets = {},
}: {
  readonly database?: Database | undefined;
  readonly environment?: Values | undefined;
  readonly secrets?: Values | undefined;
}): Variables {
  if (!database) {
    return { environment, secrets };
  }
  const free = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).filter(([name]) => !(name in environment) && !(name in secrets)),
    );
  const { host, readerHost, port, databaseName, secretArn } = database;
  return {
    environment: {
      ...free({
        DATABASE_HOST: host,
        DATABASE_READER_HOST: readerHost,
        DATABASE_PORT: String(port),
        DATABASE_NAME: databaseName,
        DATABASE_SECRET_ARN: secretArn,
      }),
      ...environment,
    },
    secrets: {
      ...free({
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
        DATABASE_USER: secretArn.apply((arn) => `${arn}:username::`),
        DATABASE_PASSWORD: secretArn.apply((arn) => `${arn}:password::`),
      }),
      ...secrets,
    },
  };
}
