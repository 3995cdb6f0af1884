import { loopback } from "../../base/loopback";
import type { Tags } from "../kit/definition";

/** Where the calls go and who makes them. Clients get it explicitly, so they read no profile and no variable of one service. */
export interface Connection {
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** The connection that the sandbox gives its plugins; an endpoint outside this machine is an error. */
export function connectionOf(env: NodeJS.ProcessEnv): Connection {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const endpoint = loopback(env.AWS_ENDPOINT_URL);
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    // The words of https://github.com/pulumi/pulumi-aws/blob/master/provider/errors/no_credentials.txt
    throw new Error(
      "No valid credential sources found.\nThe sandbox's AWS plugin needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  }
  return {
    endpoint,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    },
  };
}

/** Holds the clients of one account, a set for each region. */
export class AwsContext {
  private readonly clients = new Map<unknown, unknown>();
  private readonly regions = new Map<string, AwsContext>();

  constructor(
    readonly region: string,
    private readonly connection: Connection,
    readonly defaultTags: Tags = {},
  ) {}

  client<Client>(type: new (config: Connection & { region: string }) => Client): Client {
    const known = this.clients.get(type);
    if (known !== undefined) return known as Client;
    const client = new type({ ...this.connection, region: this.region });
    this.clients.set(type, client);
    return client;
  }

  /** The same account in another region: every regional resource takes its own `region`. */
  inRegion(region: unknown): AwsContext {
    if (typeof region !== "string" || region === this.region) return this;
    const context =
      this.regions.get(region) ?? new AwsContext(region, this.connection, this.defaultTags);
    this.regions.set(region, context);
    return context;
  }
}
