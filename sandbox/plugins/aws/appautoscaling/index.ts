/** Application Auto Scaling. */
import { policy } from "./policy";
import { scheduledAction } from "./scheduled-action";
import { target } from "./target";

export const resources = [target, policy, scheduledAction];
