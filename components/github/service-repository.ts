/** A service, and the repository that deploys it. */
export interface ServiceRepository {
  /** The service's name. */
  readonly name: string;
  /** `owner/name` @default the repository that all services share */
  readonly repository?: string | undefined;
}
