/** The plugin's main file. For components a provider needs only `construct`, which @pulumi/pulumi serves. */
import { version } from "@pulumi/awsx/package.json";
import { main, type Provider } from "@pulumi/pulumi/provider";
import { endWithEngine } from "../kit/engine-death";
import { checkArgs } from "./args";
import { outputs, Vpc } from "./vpc";

const provider: Provider = {
  version,
  async construct(name, type, inputs, options) {
    if (type !== Vpc.type) throw new Error(`the sandbox's awsx plugin has no component ${type}`);
    const vpc = new Vpc(name, checkArgs(inputs), options);
    return { urn: vpc.urn, state: outputs(vpc) };
  },
};

// @pulumi/pulumi notes a stack trace for each promise, which takes half of this plugin's CPU time.
Error.stackTraceLimit = 0;
endWithEngine();
main(provider, process.argv.slice(2));
