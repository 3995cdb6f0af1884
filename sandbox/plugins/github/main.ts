/** The plugin's main file. */
import { version } from "@pulumi/github/package.json";
import { serve } from "../kit/rpc";
import { GitHubProvider } from "./provider";
import { resources } from "./resources";

serve(() => new GitHubProvider(version, resources));
