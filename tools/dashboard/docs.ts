/** `npm run docs:dashboard`: draws the picture in docs/parts.md. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dashboardBody } from "../../components/dashboard/body";
import { drawDashboard } from "./draw";

export const file = join(__dirname, "..", "..", "docs", "parts", "dashboard.svg");

const alarm = (name: string) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`;
const guards = ["errors", "latency", "unhealthy-hosts"];

/** A stack with a service under canary. */
export const picture = drawDashboard(
  "The dashboard of the stack prod",
  dashboardBody({
    region: "eu-central-1",
    clusterName: "prod",
    loadBalancerArnSuffix: "app/prod/50dc6c495c0c9188",
    alarmArns: guards.map((guard) => alarm(`api-${guard}`)),
    services: [
      {
        name: "api",
        serviceName: "api",
        targetGroupArnSuffixes: ["targetgroup/api/1", "targetgroup/api-2/2"],
        logGroupName: "/slipway/prod/api",
        errorPercent: 1,
      },
    ],
  }),
);

if (require.main === module) {
  void writeFile(file, picture);
}
