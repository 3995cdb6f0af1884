import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { FargateService } from "../fargate-service";
import { actionWaitMinutes, jobLimitWarning, jobTimeoutMinutes } from "../forecast";
import type { ImageRepository } from "../image-repository";
import { locationOf } from "../shared/arn";
import { ActionsSettings } from "./actions-settings";
import { DeployRole, type DeployRoleArgs } from "./deploy-role";
import { DeployWorkflow } from "./deploy-workflow";
import type { GitHubEnvironment } from "./environment";
import type { GitHubOidc } from "./oidc";
import { oldServiceNames, oldVariables } from "./old-settings";
import type { Promotion } from "./promotion";
import { namesVariableName, roleSecretName } from "./settings";
import { type BuildArgs, type TestArgs, workflowPath } from "./workflow/args";
import { sessionSeconds } from "./workflow/steps";

/** The arguments of a {@link GitHubDeployment}. */
export interface GitHubDeploymentArgs {
  /** The account's identity provider for GitHub. */
  readonly oidc: GitHubOidc;
  /** The stack's settings on GitHub. */
  readonly environment: GitHubEnvironment;
  /** The service's cluster. */
  readonly cluster: Cluster;
  /** The repository to which the workflow pushes images. */
  readonly imageRepository: ImageRepository;
  /** The service to deploy. */
  readonly service: FargateService;
  /** How the workflow builds the image. @default the Dockerfile in the repository's root */
  readonly build?: BuildArgs;
  /** What must succeed before a deployment. @default nothing */
  readonly test?: TestArgs | undefined;
  /** Deploys the images that another stack has released, without a build. @default none: the workflow builds */
  readonly promote?: Promotion | undefined;
  /** Changes the arguments of child resources. @default none */
  readonly transform?: DeployRoleArgs["transform"];
}

/**
 * The deployment of one service from its repository: the role that the workflow assumes, the settings that the workflow reads,
 * and the workflow file, all from the same values.
 *
 * Cost: free; runs use GitHub Actions minutes.
 */
export class GitHubDeployment extends pulumi.ComponentResource {
  /** `.github/workflows/deploy-<service>-<stack>.yml` */
  readonly workflow: string;

  constructor(name: string, args: GitHubDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:GitHubDeployment", name, {}, opts);
    const { environment, service, cluster, imageRepository } = args;
    const { repository, stack, trigger, settings } = environment;
    const environmentName = settings === "environment" ? stack : undefined;
    const roleSecret = roleSecretName(name, environment.place);
    const namesVariable = namesVariableName(name, environment.place);
    const old = oldServiceNames(name, environment.place, environment.oldVariables);

    const { codeDeploy, forecast } = service;
    const warning = jobLimitWarning(forecast);
    if (warning) void pulumi.log.warn(`Service ${name}: ${warning}`, this);
    const timeouts = {
      waitForMinutes: actionWaitMinutes(forecast),
      timeoutMinutes: jobTimeoutMinutes(forecast),
    };
    const role = new DeployRole(
      name,
      {
        oidc: args.oidc,
        repository,
        environment: environmentName,
        trigger,
        workflow: workflowPath(service.containerName, stack),
        cluster,
        imageRepository,
        promotedFrom: args.promote?.imageRepository,
        service,
        sessionSeconds: sessionSeconds(timeouts),
        transform: args.transform,
      },
      { parent: this },
    );
    const names = {
      // The service's own region: an explicit provider can put it into another region than the other services of the
      // environment.
      region: cluster.arn.apply((arn) => locationOf(arn).region),
      cluster: cluster.clusterName,
      imageRepository: imageRepository.repositoryName,
      service: service.serviceName,
      taskDefinition: service.family,
      ...(service.scheduledFamily && { scheduledTaskDefinition: service.scheduledFamily }),
      releasePointer: service.releasePointer.parameterName,
      releaseRecord: service.releasePointer.recordName,
      url: service.url,
      ...(codeDeploy && {
        codeDeployApplication: codeDeploy.applicationName,
        appSpec: codeDeploy.appSpec,
      }),
    };
    const actionsSettings = new ActionsSettings(
      name,
      {
        repository,
        environment: environment.environment,
        secrets: { [roleSecret]: role.arn, ...(old.secret && { [old.secret]: role.arn }) },
        variables: {
          ...oldVariables(old.variables, names),
          ...(environment.delivery.type === "pull_request" && {
            [namesVariable]: pulumi.jsonStringify(names),
          }),
        },
      },
      { parent: this },
    );
    const workflow = new DeployWorkflow(
      name,
      {
        repository,
        service: service.containerName,
        project: pulumi.getProject(),
        stack,
        trigger,
        environment: environmentName,
        roleSecret,
        names,
        namesVariable,
        notify: environment.notification && {
          ...environment.notification,
          expectedSeconds: forecast.expectedSeconds,
        },
        delivery: environment.delivery,
        build: args.build ?? {},
        test: args.test,
        promote: args.promote,
        cpuArchitecture: service.cpuArchitecture,
        migration: service.migration,
        scheduledTasks: service.scheduledFamily !== undefined,
        codeDeploy,
        timeouts,
      },
      // A push can start a run as soon as the file exists, so everything that a run needs must exist before.
      { parent: this, dependsOn: [environment, actionsSettings, service] },
    );
    this.workflow = workflow.file;
    this.registerOutputs({ workflow: this.workflow });
  }
}
