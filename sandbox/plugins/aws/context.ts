import type { Tags } from "../kit/definition";

/** Holds the clients; credentials and endpoint come from the AWS SDK's environment variables. */
export class AwsContext {
  private readonly clients = new Map<unknown, unknown>();
  private readonly regions = new Map<string, AwsContext>();

  constructor(
    readonly region: string,
    readonly defaultTags: Tags = {},
  ) {}

  client<Client>(type: new (config: { region: string }) => Client): Client {
    const known = this.clients.get(type);
    if (known !== undefined) return known as Client;
    const client = new type({ region: this.region });
    this.clients.set(type, client);
    return client;
  }

  /** The same account in another region: every regional resource takes its own `region`. */
  inRegion(region: unknown): AwsContext {
    if (typeof region !== "string" || region === this.region) return this;
    const context = this.regions.get(region) ?? new AwsContext(region, this.defaultTags);
    this.regions.set(region, context);
    return context;
  }
}
