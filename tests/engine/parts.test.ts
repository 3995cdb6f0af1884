import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import { dev } from "./configs";
import { type Config, engine, type Step, TestStack } from "./harness";
import { runningImage } from "./inventory";
import { Site } from "./site";

const created = (steps: readonly Step[]) =>
  steps.filter(({ op }) => op === "create").map(({ resource }) => resource);
const others = (steps: readonly Step[]) =>
  steps
    .filter(({ op }) => op !== "create")
    .map(({ op, resource, properties }) => `${op} ${resource}: ${properties.join(", ")}`)
    .sort();

interface Container {
  readonly image: string;
  readonly mountPoints?: readonly { readonly sourceVolume: string }[];
  readonly portMappings?: readonly { readonly name?: string }[];
  readonly environment?: readonly { readonly name: string }[];
  readonly secrets?: readonly { readonly name: string }[];
}

/** Capacity on EC2. */
const small = { name: "small", instanceTypes: ["t3.small"], minSize: 1, maxSize: 3 };
const onSmall = { capacityProviderStrategies: [{ capacityProvider: "small" }] };

describe("the parts around a service, each one switch", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let without: Config;
  let api: Config | undefined;
  let released: Container;
  let site: Site;

  before(async function () {
    await engine.call(this);
    without = {
      ...dev("octo-org/parts"),
      "slipway:loadBalancer": { https: { domain: "shop.example.com", zone: "example.com" } },
    };
    [api] = without["slipway:services"] as [Config];
    stack = await TestStack.create("parts", without);
    await stack.up();
  });

  it("come with one update, which changes nothing else, and a second one shows no change", async () => {
    await stack.configure({
      ...without,
      "slipway:notices": {
        emails: ["operations@example.com"],
        slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
      },
      "slipway:dashboard": { grafana: {} },
      "slipway:waf": { allowedCountries: ["DE"], logging: {} },
      "slipway:cloudfront": {},
      "slipway:frontend": {
        ...{ buildCommand: "npm ci && npm run build", outputDirectory: "dist" },
        ...{ apiPaths: ["/api/*", "/oauth2/idpresponse"], immutablePaths: ["assets/*"] },
      },
      "slipway:database": {
        ...{ engine: "aurora-postgresql", engineVersion: "17", readers: 1 },
        ...{ readerAutoscaling: { maxCapacity: 2 }, iamDatabaseAuthenticationEnabled: true },
        // The test destroys the stack at its end.
        ...{ deletionProtection: false, skipFinalSnapshot: true },
      },
      "slipway:clientVpn": {
        serverCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/server",
        authentication: {
          clientRootCertificateChainArn: "arn:aws:acm:us-east-1:123456789012:certificate/server",
        },
        database: true,
      },
      "slipway:cluster": { containerInsights: "enabled", capacityProviders: [small] },
      "slipway:services": [
        {
          ...{ ...api, ...onSmall, database: true, serviceConnect: {} },
          volumes: [{ name: "uploads", mountPath: "/uploads", efs: { deletionProtection: false } }],
          signIn: {
            // The test destroys the stack at its end.
            cognito: { domainPrefix: "shop", deletionProtection: false },
            openPaths: ["/health"],
          },
          scheduledTasks: { nightly: { schedule: "cron(0 3 * * ? *)", command: ["report"] } },
        },
        {
          ...{ name: "jobs", cpu: 256, memory: 512, worker: {}, serviceConnect: {} },
          autoscaling: { minCapacity: 0, maxCapacity: 3, messagesPerTask: 10 },
          imageRepository: { forceDelete: true },
        },
      ],
    });
    const steps = await stack.preview();
    const ofWorker = created(steps).filter((resource) => / jobs(?:-|$)/.test(resource));
    assert.ok(ofWorker.includes("aws:sqs/queue:Queue jobs-dead-letters"), ofWorker.join("\n"));
    assert.deepEqual(
      ofWorker.filter((resource) => /aws:lb|IngressRule/.test(resource)),
      [],
    );
    const rest = created(steps).filter((resource) => !ofWorker.includes(resource));
    assert.deepEqual(rest.sort(), [
      "aws:acm/certificate:Certificate parts-cloudfront",
      "aws:acm/certificateValidation:CertificateValidation parts-cloudfront",
      "aws:appautoscaling/policy:Policy parts-readers",
      "aws:appautoscaling/target:Target parts-readers",
      "aws:autoscaling/group:Group parts-small",
      "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration parts",
      "aws:cloudfront/distribution:Distribution parts",
      "aws:cloudfront/function:Function parts-frontend",
      "aws:cloudfront/originAccessControl:OriginAccessControl parts-frontend",
      "aws:cloudwatch/dashboard:Dashboard parts",
      "aws:cloudwatch/eventRule:EventRule api",
      "aws:cloudwatch/eventTarget:EventTarget api",
      "aws:cloudwatch/logGroup:LogGroup /aws/events/jobs-stopped-tasks",
      "aws:cloudwatch/logGroup:LogGroup aws-waf-logs-parts",
      "aws:cloudwatch/logGroup:LogGroup parts-client-vpn",
      "aws:cloudwatch/logGroup:LogGroup parts-postgresql",
      "aws:cognito/userPool:UserPool api",
      "aws:cognito/userPoolClient:UserPoolClient api",
      "aws:cognito/userPoolDomain:UserPoolDomain api",
      "aws:ec2/launchTemplate:LaunchTemplate parts-small",
      "aws:ec2/securityGroup:SecurityGroup api-uploads",
      "aws:ec2/securityGroup:SecurityGroup parts-client-vpn",
      "aws:ec2/securityGroup:SecurityGroup parts-connected",
      "aws:ec2/securityGroup:SecurityGroup parts-database",
      "aws:ec2/securityGroup:SecurityGroup parts-small-instances",
      "aws:ec2clientvpn/authorizationRule:AuthorizationRule parts",
      "aws:ec2clientvpn/endpoint:Endpoint parts",
      "aws:ec2clientvpn/networkAssociation:NetworkAssociation parts-1",
      "aws:ecs/capacityProvider:CapacityProvider parts-small",
      "aws:ecs/taskDefinition:TaskDefinition api-scheduled",
      "aws:efs/accessPoint:AccessPoint api-uploads",
      "aws:efs/backupPolicy:BackupPolicy api-uploads",
      "aws:efs/fileSystem:FileSystem api-uploads",
      "aws:efs/fileSystemPolicy:FileSystemPolicy api-uploads",
      "aws:efs/mountTarget:MountTarget api-uploads-1",
      "aws:efs/mountTarget:MountTarget api-uploads-2",
      "aws:grafana/workspace:Workspace parts",
      "aws:iam/instanceProfile:InstanceProfile parts-small-instance",
      "aws:iam/role:Role api-scheduler",
      "aws:iam/role:Role frontend-deploy",
      "aws:iam/role:Role parts-grafana",
      "aws:iam/role:Role parts-slack",
      "aws:iam/role:Role parts-small-instance",
      "aws:iam/rolePolicy:RolePolicy api-scheduler",
      "aws:iam/rolePolicy:RolePolicy api-task",
      "aws:iam/rolePolicy:RolePolicy api-volumes",
      "aws:iam/rolePolicy:RolePolicy frontend-deploy",
      "aws:iam/rolePolicy:RolePolicy parts-grafana",
      "aws:iam/rolePolicy:RolePolicy parts-slack",
      "aws:iam/rolePolicy:RolePolicy parts-small-instance",
      "aws:lb/listenerRule:ListenerRule api-open",
      "aws:lb/listenerRule:ListenerRule api-sign-in",
      "aws:rds/cluster:Cluster parts",
      "aws:rds/clusterInstance:ClusterInstance parts-1",
      "aws:rds/clusterInstance:ClusterInstance parts-2",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup parts",
      "aws:rds/subnetGroup:SubnetGroup parts",
      "aws:route53/record:Record parts-shop.example.com-AAAA",
      "aws:s3/bucket:Bucket parts-frontend",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration parts-frontend",
      "aws:s3/bucketPolicy:BucketPolicy parts-frontend",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock parts-frontend",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration parts-frontend",
      "aws:s3/bucketVersioning:BucketVersioning parts-frontend",
      "aws:scheduler/schedule:Schedule api-nightly",
      "aws:scheduler/scheduleGroup:ScheduleGroup api",
      "aws:servicediscovery/httpNamespace:HttpNamespace parts",
      "aws:sns/topic:Topic parts",
      "aws:sns/topicPolicy:TopicPolicy parts",
      "aws:sns/topicSubscription:TopicSubscription parts-operations@example.com",
      "aws:ssm/parameter:Parameter parts-frontend",
      "aws:ssm/parameter:Parameter parts-origin-header",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule parts-client-vpn-to-vpc",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule parts-small-instances-to-anywhere",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule parts-to-identity-providers",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule api-from-services",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule api-to-database",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule api-uploads-from-tasks",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule parts-443-cloudfront",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule parts-client-vpn-to-database",
      "aws:wafv2/webAcl:WebAcl parts",
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration parts",
      "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret frontend-AWS_ROLE_TO_ASSUME_FRONTEND",
      "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable frontend-SLIPWAY_FRONTEND",
      "github:index/repositoryFile:RepositoryFile frontend-main",
      "slipway:capacity:Ec2Capacity parts-small",
      "slipway:client-vpn:ClientVpn parts",
      "slipway:cloudfront:CloudFront parts",
      "slipway:dashboard:Dashboard parts",
      "slipway:database:Database parts",
      "slipway:database:ReaderAutoscaling parts",
      "slipway:fargate-service:ScheduledTasks api",
      "slipway:frontend:Frontend parts",
      "slipway:github:ActionsSettings frontend",
      "slipway:github:FrontendDeployment frontend",
      "slipway:load-balancer:Certificate parts-cloudfront",
      "slipway:notices:DeploymentNotices api",
      "slipway:notices:Notices parts",
      "slipway:service-connect:ServiceConnectNamespace parts",
      "slipway:sign-in:SignIn api",
      "slipway:sign-in:UserPool api",
      "slipway:storage:FileSystem api-uploads",
      "slipway:storage:Volumes api",
      "slipway:waf:Waf parts",
    ]);
    assert.deepEqual(others(steps), [
      "delete aws:lb/listenerRule:ListenerRule api: ",
      "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule parts-443-0.0.0.0/0: ",
      "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule parts-80-0.0.0.0/0: ",
      "replace aws:ecs/taskDefinition:TaskDefinition api-placeholder: containerDefinitions, requiresCompatibilities",
      "replace aws:ecs/taskDefinition:TaskDefinition api: containerDefinitions, requiresCompatibilities, volumes",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-errors: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-exits: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-latency: alarmActions, okActions",
      "update aws:cloudwatch/metricAlarm:MetricAlarm api-unhealthy-hosts: alarmActions, okActions",
      "update aws:ecs/cluster:Cluster parts: settings[0].value",
      "update aws:ecs/clusterCapacityProviders:ClusterCapacityProviders parts: capacityProviders",
      "update aws:ecs/service:Service api: capacityProviderStrategies[0].capacityProvider, forceNewDeployment, networkConfiguration.securityGroups, orderedPlacementStrategies, serviceConnectConfiguration, taskDefinition",
      // A task on EC2 may wait for an instance, so the workflow's job may take longer.
      "update aws:iam/role:Role api-deploy: maxSessionDuration",
      "update aws:iam/rolePolicy:RolePolicy api-deploy: policy",
      "update aws:iam/rolePolicy:RolePolicy api-execution: policy",
      "update aws:iam/rolePolicy:RolePolicy api-register: policy",
      "update aws:route53/record:Record parts-shop.example.com: aliases[0].evaluateTargetHealth, aliases[0].name, aliases[0].zoneId",
      // The capacity of the service.
      "update aws:ssm/parameter:Parameter api-service: insecureValue",
      "update github:index/repositoryFile:RepositoryFile api-main: content",
    ]);
    await stack.up();
    await stack.assertUnchanged();
  });

  it("show no change after a release", async () => {
    site = new Site(stack, "octo-org/parts");
    await site.prepare();
    await site.commit({
      "src/index.html": "one",
      "src/assets/app.1.js": "1",
      "src/.well-known/security.txt": "Contact: security@example.com",
    });
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true, true, true],
      workflows.map(({ log }) => log).join("\n"),
    );
    await stack.assertUnchanged();
    // The worker has the same repository.
    assert.equal(tagOf(await runningImage(stack, "jobs")), sha);
    released = await newestContainer();
    assert.ok(
      released.environment?.some(({ name }) => name === "DATABASE_HOST"),
      "no DATABASE_HOST",
    );
    assert.deepEqual(
      released.mountPoints?.map(({ sourceVolume }) => sourceVolume),
      ["uploads"],
      "a release drops a volume",
    );
    assert.deepEqual(
      released.portMappings?.map(({ name }) => name),
      ["api"],
      "a release drops the port's name",
    );
  });

  it("have a site: a push releases it, and its workflow releases it again and goes back", async () => {
    const [, first] = await site.released();
    const fresh = "public, max-age=0, s-maxage=31536000, must-revalidate";
    const one = {
      ".well-known/security.txt": ["Contact: security@example.com", "text/plain", fresh],
      "assets/app.1.js": ["1", "text/javascript", "public, max-age=31536000, immutable"],
      "index.html": ["one", "text/html", fresh],
    };
    assert.deepEqual(await site.files("live"), one);
    assert.deepEqual(await site.files(`releases/${first}`), one);

    const changes = { "src/index.html": "two", "src/assets/app.1.js": null };
    const second = await site.commit({ ...changes, "src/assets/app.2.js": "2" });
    const again = await site.run();
    assert.ok(again.ok, again.failure);
    assert.deepEqual(await site.released(), ["two", second]);
    // An open page may still load a file of the previous release.
    assert.deepEqual(Object.keys(await site.files("live")).sort(), [
      ...[".well-known/security.txt", "assets/app.1.js", "assets/app.2.js", "index.html"],
    ]);

    const back = await site.goBack(String(first));
    assert.ok(back.ok, back.failure);
    assert.doesNotMatch(back.log, /^Build$/m);
    assert.deepEqual(await site.released(), ["one", first]);
    assert.deepEqual(await site.invalidations(), ["Completed", "Completed", "Completed"]);
  });

  it("have a site that stays as it is if its build fails, or its role lacks a permission", async () => {
    const before = await site.released();
    const refused = await site.runWithout("s3:PutObject");
    assert.match(
      refused.failure ?? "",
      /^Keep the release: .*AccessDenied.* is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::[\w-]+\/releases\//s,
    );
    await site.commit({ "build.mjs": null });
    const broken = await site.run();
    assert.match(broken.failure ?? "", /^Build: /);
    assert.deepEqual(await site.released(), before);
  });

  it("are removed with one update, after one that moves the service from EC2, and leave nothing", async () => {
    await stack.configure(without);
    const refused = await stack.run(["preview"]);
    assert.notEqual(refused.code, 0, "the preview removes a provider in use");
    assert.match(
      `${refused.stdout}${refused.stderr}`,
      /the service api still runs on the capacity provider small-[\w-]+-parts, which this update removes/,
    );
    await stack.configure({
      ...without,
      "slipway:cluster": { containerInsights: "enabled", capacityProviders: [small] },
    });
    await stack.up();
    await stack.configure(without);
    await stack.up();
    await stack.assertUnchanged();
    const { image, environment = [], secrets = [] } = await newestContainer();
    assert.equal(image, released.image, "an update of the parts has changed the image");
    assert.deepEqual(
      [...environment, ...secrets].filter(({ name }) => name.startsWith("DATABASE_")),
      [],
    );
    const { DashboardEntries: dashboards } = await stack.aws<{ DashboardEntries: unknown[] }>(
      "cloudwatch",
      "list-dashboards",
    );
    assert.deepEqual(dashboards, []);
    await stack.destroy();
  });

  /** The service's container in the newest revision. */
  async function newestContainer(): Promise<Container> {
    const { services } = await stack.outputs<{ services: { api: { taskDefinition: string } } }>();
    const { taskDefinition } = await stack.aws<{
      taskDefinition: { containerDefinitions: [Container] };
    }>("ecs", "describe-task-definition", "--task-definition", services.api.taskDefinition);
    return taskDefinition.containerDefinitions[0];
  }
});
