import type { RuleArgs } from "../service/rule/settings";
import type { SignInArgs } from "../service/sign-in/settings";
import type { Strategy, StrategyName } from "../service/strategy/settings";
import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";

/**
 * An existing Application Load Balancer of this account and region, by its listeners. Slipway does not change it, but adds to it: a
 * rule for each service, and an outgoing rule in its first security group, so that it reaches the tasks. A destroy removes these.
 */
export interface ExistingListeners {
  /** The ARN of the listener that serves users, `arn:aws:elasticloadbalancing:…:listener/app/…`. */
  readonly listenerArn: string;
  /** The ARN of the listener for strategies with a `testListener`, on the same load balancer. @default none */
  readonly testListenerArn?: string;
  /** The domain name that users open, without the scheme. @default the load balancer's DNS name */
  readonly domain?: string;
}

/** Uses an existing load balancer, of the VPC in `network.vpcId`. */
export interface ExistingLoadBalancerSettings {
  /** The load balancer, by its listeners. */
  readonly existing: ExistingListeners;
}

/** What `findLoadBalancer` looks for. */
export interface FindLoadBalancerArgs extends Omit<ExistingListeners, "testListenerArn"> {
  /** The ARNs of the listeners for test traffic. @default none */
  readonly testListenerArns?: readonly string[];
  /** The VPC of the tasks. A target group works only with a load balancer of its own VPC. */
  readonly vpcId: string;
  /** All services of the program that get a rule on the load balancer. */
  readonly services: readonly ServiceOnListener[];
}

/** A service that gets a rule: the same values as in its arguments. */
export interface ServiceOnListener {
  /** The service's name. */
  readonly name: string;
  /**
   * The requests that the service gets.
   * @default all requests that match no other rule
   */
  readonly rule?: RuleArgs | undefined;
  /**
   * The service gets a second rule if its strategy has a test listener.
   * @default "rolling"
   */
  readonly strategy?: Strategy | StrategyName | undefined;
  /**
   * The service has another rule if users sign in, and a second one for paths that need no sign-in.
   * @default none
   */
  readonly signIn?: SignInArgs | undefined;
}

/** The rules of a service whose users sign in: for all its paths, and for those that need no sign-in. */
export type RuleKind = "sign-in" | "open";

/** The priority of a service's rule on a listener. */
export interface RulePlace {
  /** The priority that the service's rule has, or gets. */
  readonly priority: number;
  /** Whether the service's rule has it already. */
  readonly held: boolean;
  /** All priorities that the rule can have, in the order in which they are tried. */
  readonly candidates: readonly number[];
}

/** A load balancer that another program owns, and the priorities of this program's rules on its listeners: plain data. */
export interface FoundLoadBalancer {
  /** The ARN of the listener that serves users. */
  readonly listenerArn: string;
  /** `app/<name>/<id>` */
  readonly arnSuffix: string;
  /** The load balancer's own DNS name. */
  readonly dnsName: string;
  /** The first security group of the load balancer: the tasks accept requests from it. */
  readonly securityGroupId: string;
  /** The port that serves users. */
  readonly port: number;
  /** Where users reach the services: with the listener's protocol, and the domain if one is given. */
  readonly url: string;
  /** The ARNs of the listeners for test traffic, by their ports. */
  readonly testListenerArns: Readonly<Record<number, string>>;
  /** The places of each service's rules, by the service's name. */
  readonly rules: Readonly<
    Record<
      string,
      {
        /** On the listener that serves users. */
        readonly production: RulePlace;
        /** The same for paths that need no sign-in. */
        readonly open?: RulePlace;
        /** On the test listener, if the strategy has one. */
        readonly test?: RulePlace;
      }
    >
  >;
}

const listenerArn =
  /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:listener\/app\/[\w-]+\/\w+\/\w+$/;

export function checkExistingListeners(
  args: Unchecked<ExistingListeners>,
  path: string,
): Problem[] {
  const arns = (["listenerArn", "testListenerArn"] as const).flatMap((key) =>
    checkString(`${path}.${key}`, args[key], {
      valid: listenerArn,
      allowed: "the ARN of a listener of an Application Load Balancer: arn:aws:…:listener/app/…",
      fix: "aws elbv2 describe-listeners --load-balancer-arn … lists them",
    }),
  );
  const { testListenerArn } = args;
  return [
    ...arns,
    ...(testListenerArn !== undefined && testListenerArn === args.listenerArn
      ? [
          {
            path: `${path}.testListenerArn`,
            value: testListenerArn,
            allowed: "another listener than listenerArn: new tasks must not get users' requests",
            fix: "remove it, or create a listener on another port of the load balancer",
            reads: [`${path}.listenerArn`],
          },
        ]
      : []),
    ...checkString(`${path}.domain`, args.domain, {
      valid: /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i,
      allowed: "a domain name, without scheme, port and path",
      fix: "for example app.example.com",
    }),
  ];
}
