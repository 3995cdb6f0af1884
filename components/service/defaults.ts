/** Seconds where a service names none; why, stands with each argument in `types.ts`. The forecast counts with them too. */
export const serviceDefaults = {
  deregistrationDelay: 20,
  healthCheckGracePeriodSeconds: 60,
  stopTimeout: 20,
} as const;
