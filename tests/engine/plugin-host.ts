/**
 * A plugin as a process for many stacks: each line of its input is an environment, and each line of its output the port on
 * which the plugin has this environment. An empty line closes all of them.
 */
import { createInterface } from "node:readline";
import { version as awsVersion } from "@pulumi/aws/package.json";
import { version as githubVersion } from "@pulumi/github/package.json";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { AwsProvider } from "../../sandbox/plugins/aws/provider";
import { services } from "../../sandbox/plugins/aws/services";
import { GitHubProvider } from "../../sandbox/plugins/github/provider";
import { resources } from "../../sandbox/plugins/github/resources";
import { bind, type Provider, providerService } from "../../sandbox/plugins/kit/rpc";

const PROVIDERS: Readonly<Record<string, (env: NodeJS.ProcessEnv) => Provider>> = {
  aws: (env) => new AwsProvider(awsVersion, services, env),
  github: (env) => new GitHubProvider(githubVersion, resources, env),
};

async function serve(newProvider: (env: NodeJS.ProcessEnv) => Provider): Promise<void> {
  let bound: Awaited<ReturnType<typeof bind>>[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "") {
      for (const { server } of bound) server.forceShutdown();
      bound = [];
      continue;
    }
    const env = JSON.parse(line) as NodeJS.ProcessEnv;
    // What does not belong to a stack, such as the sandbox's folder.
    Object.assign(process.env, env);
    const service = providerService(() => newProvider(env));
    const one = await bind(ResourceProviderService, service);
    bound.push(one);
    process.stdout.write(`${one.port}\n`);
  }
  process.exit(0);
}

const [name = ""] = process.argv.slice(2);
const newProvider = PROVIDERS[name];
if (!newProvider) throw new Error(`no plugin ${name}`);
void serve(newProvider);
