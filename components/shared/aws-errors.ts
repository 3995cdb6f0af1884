/**
 * How the AWS SDK and the AWS plugin say that the credentials do not work. Some messages quote other ones, so look for `invalid` and
 * `expired` before `none`. Sources: https://github.com/pulumi/pulumi-aws/tree/master/provider/errors, `validateCredentials` in its
 * provider/resources.go, and
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export const awsErrors = {
  /** The account's number is the pattern's group. */
  account: /account ID not allowed: (\d*)/,
  invalid:
    /InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|AWS credentials are invalid|token included in the request is invalid/,
  expired:
    /AWS credentials have expired|ExpiredToken|RequestExpired|cached SSO|SSO session has expired|login session for .* has expired|InvalidGrantException/,
  none: /no valid credential sources|no EC2 IMDS role|get identity: get credentials/i,
} as const;
