// The baseline for a program of this kind: it imports the three SDKs, starts their plugins and creates one resource with each,
// or as many parameters as PARAMETERS asks for: what Pulumi itself needs for as many resources as a stack has.
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as github from "@pulumi/github";

for (let i = 1; i <= Number(process.env.PARAMETERS ?? 1); i++) {
  new aws.ssm.Parameter(`baseline-${i}`, { type: "String", insecureValue: "baseline" });
}
new awsx.ec2.Vpc("baseline", { subnetStrategy: "Auto" });
new github.ActionsVariable("baseline", {
  repository: "octo-app",
  variableName: "BASELINE",
  value: "baseline",
});
