/** The file of each service. */
import type { Service } from "./definition";
import type { Services } from "./provider";

// `require` rather than `import()`, which is asynchronous and slower, and would need a second loader for TypeScript.
export const services: Services = {
  acm: (): Service => require("./acm"),
  appautoscaling: (): Service => require("./appautoscaling"),
  chatbot: (): Service => require("./chatbot"),
  cloudwatch: (): Service => require("./cloudwatch"),
  "cloudwatch/eventRule": (): Service => require("./events"),
  "cloudwatch/eventTarget": (): Service => require("./events"),
  "cloudwatch/getLogGroup": (): Service => require("./cloudwatch-logs"),
  "cloudwatch/logGroup": (): Service => require("./cloudwatch-logs"),
  codedeploy: (): Service => require("./codedeploy"),
  ec2: (): Service => require("./ec2"),
  ecr: (): Service => require("./ecr"),
  ecs: (): Service => require("./ecs"),
  grafana: (): Service => require("./grafana"),
  iam: (): Service => require("./iam"),
  "index/getCallerIdentity": (): Service => require("./caller-identity"),
  "index/getRegion": (): Service => require("./region"),
  index: (): Service => require("./ec2/availability-zones"),
  lb: (): Service => require("./lb"),
  rds: (): Service => require("./rds"),
  route53: (): Service => require("./route53"),
  s3: (): Service => require("./s3"),
  scheduler: (): Service => require("./scheduler"),
  secretsmanager: (): Service => require("./secretsmanager"),
  servicequotas: (): Service => require("./servicequotas"),
  sns: (): Service => require("./sns"),
  sqs: (): Service => require("./sqs"),
  ssm: (): Service => require("./ssm"),
  vpc: (): Service => require("./vpc"),
  wafv2: (): Service => require("./wafv2"),
};
