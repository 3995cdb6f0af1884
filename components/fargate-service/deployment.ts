import { type Deployment, DeploymentController } from "../deployment";
import type { ServiceRecord } from "../deployment/service-record";
import { WorkerDeployment } from "../deployment/worker";
import type { SignIn } from "../sign-in";
import type { ServiceContext } from "./context";
import { stoppedTasksLogs } from "./log-group";
import type { WorkerQueue } from "./queue";
import type { ReleasePointer } from "./release-pointer";

interface Made {
  readonly record: ServiceRecord;
  readonly releasePointer: ReleasePointer;
  readonly queue: WorkerQueue | undefined;
  readonly signIn: SignIn | undefined;
}

/** How the service is deployed: behind the load balancer, or as a worker. */
export function deploymentOf(
  context: ServiceContext,
  { record, releasePointer, queue, signIn }: Made,
): Deployment {
  const { name, args, service, loadBalancer, opts } = context;
  const { strategy, guards } = service;
  const stoppedTasks = stoppedTasksLogs(context);
  const { notices } = args;
  if (!loadBalancer) {
    return new WorkerDeployment(
      name,
      {
        ...{ strategy, guards, stoppedTasks, found: record.found },
        deadLetterName: queue?.deadLetterName,
        topicArns: notices ? [notices.topicArn] : [],
      },
      opts,
    );
  }
  const { rule, healthCheck, deregistrationDelay } = service;
  return new DeploymentController(
    name,
    {
      ...{
        strategy,
        guards,
        stoppedTasks,
        notices,
        loadBalancer,
        rule,
        healthCheck,
        deregistrationDelay,
      },
      network: args.network,
      originHeader: args.cloudfront?.originHeader,
      signIn: signIn && { action: signIn.action, openPaths: service.signIn?.openPaths ?? [] },
      afterRelease: releasePointer.image,
      found: record.found,
      transform: args.transform,
    },
    opts,
  );
}
