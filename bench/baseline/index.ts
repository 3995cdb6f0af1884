// The baseline: a program that imports the three SDKs, starts their plugins and creates one resource with each. PARAMETERS is the
// number of parameters: with many, the program shows what Pulumi itself needs for as many resources as a stack has.
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
