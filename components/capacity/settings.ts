/** EC2 instances on which the cluster runs tasks. A service uses them by `capacityProviderStrategies`. */
export interface CapacityProviderArgs {
  /**
   * The name for `capacityProviderStrategies`: lower-case letters, digits and hyphens. ECS reserves names that begin with `aws`, `ecs`
   * and `fargate`. Another name is another provider.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
   */
  readonly name: string;
  /**
   * The instance types, all of one processor type, for example `t4g.medium`. For On-Demand instances, AWS takes the first type that
   * it has. For Spot instances, it takes the type that it is least likely to take back, so name several of the same size. Every task
   * must fit on each of them, because ECS scales by the smallest. A change replaces the instances one after the other.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html
   */
  readonly instanceTypes: readonly string[];
  /**
   * Whether the instances are Spot instances: up to 90 % cheaper, but AWS may take one back with two minutes' notice. Its tasks then
   * start on another one.
   * @default false
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-spot.html
   */
  readonly spot?: boolean;
  /**
   * The fewest instances, 0 to 5000. With 0, no instance runs while there are no tasks, and the first task waits for an instance.
   * @default 0
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
   */
  readonly minSize?: number;
  /**
   * The most instances, 1 to 5000. A deployment runs old and new tasks at the same time, so there must be room for both.
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
   */
  readonly maxSize: number;
  /**
   * Percent of the instances that are in use, 1 to 100. With 100, a new task may wait for an instance; with 80, a fifth of the instances
   * is spare.
   * @default 100
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html
   */
  readonly targetCapacity?: number;
  /**
   * Days after which an instance is replaced, 1 to 365: the new one has the newest image (AMI). Without it, an instance gets one when it
   * is replaced for another reason.
   * @default none
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
   */
  readonly maxInstanceLifetimeInDays?: number;
  /**
   * GiB of an instance's encrypted disk (gp3), 30 to 16384. The images of all its tasks are on it.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-AMI-SPECIFY.html
   */
  readonly volumeSize?: number;
  /**
   * Whether people may open a shell on the instances with Systems Manager: whoever may do that controls all tasks there. There is no
   * other way in.
   * @default false
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
   */
  readonly sessionManager?: boolean;
}

export const capacityProviderDefaults = {
  spot: false,
  minSize: 0,
  targetCapacity: 100,
  volumeSize: 30,
  sessionManager: false,
} as const;
