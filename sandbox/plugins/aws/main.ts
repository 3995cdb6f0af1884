/** The plugin's main file. */
import { version } from "@pulumi/aws/package.json";
import { serve } from "../kit/rpc";
import { AwsProvider } from "./provider";
import { services } from "./services";

serve(() => new AwsProvider(version, services));
