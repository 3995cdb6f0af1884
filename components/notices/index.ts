/**
 * Notices about deployments and alarms, by e-mail and in Slack.
 * @module
 */
export { Notices, type NoticesArgs } from "./notices";
export type { ExistingTopic, NoticesSettings, SlackChannelArgs } from "./settings";
