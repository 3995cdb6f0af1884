// The baseline for a program of this kind: it imports the three SDKs, starts their plugins and creates one resource with each.
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as github from "@pulumi/github";

new aws.ssm.Parameter("baseline", { type: "String", insecureValue: "baseline" });
new awsx.ec2.Vpc("baseline", { subnetStrategy: "Auto" });
new github.ActionsVariable("baseline", {
  repository: "octo-app",
  variableName: "BASELINE",
  value: "baseline",
});
