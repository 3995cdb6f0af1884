/**
 * Every key that Copilot documents, with a value that is not the default. A key of a list is written inside the list's value.
 * https://github.com/aws/copilot-cli `site/content/docs/manifest`
 */
type Samples = Readonly<Record<string, unknown>>;

const healthCheck = {
  command: ["CMD", "true"],
  interval: "20s",
  retries: 3,
  timeout: "4s",
  start_period: "9s",
};

const under = (prefix: string, samples: Samples): Samples =>
  Object.fromEntries(Object.entries(samples).map(([key, value]) => [`${prefix}.${key}`, value]));

const image: Samples = {
  "image.build": "./api/Dockerfile",
  "image.build.dockerfile": "./api/web.dockerfile",
  "image.build.context": "./api",
  "image.build.target": "runtime",
  "image.build.args": { VERSION: 1 },
  "image.build.cache_from": ["image:tag"],
  "image.location": "public.ecr.aws/nginx/nginx:1",
  "image.credentials": "arn:aws:secretsmanager:us-east-1:111122223333:secret:registry-abcdef",
  "image.labels": { team: "a" },
  "image.depends_on": { agent: "start" },
  "image.port": 3000,
  "image.healthcheck": healthCheck,
  ...under("image.healthcheck", healthCheck),
};

const healthcheck: Samples = {
  path: "/up",
  port: 9000,
  success_codes: "200,301",
  healthy_threshold: 4,
  unhealthy_threshold: 4,
  interval: "20s",
  timeout: "4s",
  grace_period: "90s",
};

const http: Samples = {
  "http.path": "shop",
  "http.alb": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/b",
  "http.healthcheck": "/up",
  ...under("http.healthcheck", healthcheck),
  "http.deregistration_delay": "50s",
  "http.target_container": "nginx",
  "http.target_port": 8081,
  "http.stickiness": true,
  "http.allowed_source_ips": ["192.0.2.0/24", "198.51.100.10"],
  "http.alias": "shop.example.com",
  "http.hosted_zone": "Z0873220N255IR3MTNR4",
  "http.redirect_to_https": false,
  "http.version": "grpc",
  "http.additional_rules": [{ path: "more", alias: "other.example.com" }],
};

const network: Samples = {
  "network.connect": true,
  "network.connect.alias": "shop",
  "network.vpc.placement": "public",
  "network.vpc.placement.subnets": ["subnet-1"],
  "network.vpc.placement.subnets.from_tags": { type: "private" },
  "network.vpc.security_groups": ["sg-1"],
  "network.vpc.security_groups.from_cfn": "export",
  "network.vpc.security_groups.deny_default": true,
  "network.vpc.security_groups.groups": ["sg-1"],
};

const count: Samples = {
  count: 3,
  "count.spot": 2,
  "count.range": "2-4",
  "count.range.min": 2,
  "count.range.max": 4,
  "count.range.spot_from": 3,
  "count.cooldown.in": "30s",
  "count.cooldown.out": "30s",
  "count.cpu_percentage": 70,
  "count.memory_percentage": { value: 80, cooldown: { in: "80s", out: "160s" } },
  "count.requests": 1000,
  "count.response_time": "2s",
};

const volume: Samples = {
  "storage.volumes": { files: { path: "/files", efs: true } },
  "storage.volumes.files.path": "/files",
  "storage.volumes.files.read_only": false,
  "storage.volumes.files.efs.id": "fs-1",
  "storage.volumes.files.efs.id.from_cfn": "export",
  "storage.volumes.files.efs.root_dir": "/a",
  "storage.volumes.files.efs.uid": 1,
  "storage.volumes.files.efs.gid": 1,
  "storage.volumes.files.efs.auth.iam": true,
  "storage.volumes.files.efs.auth.access_point_id": "fsap-1",
};

const nlb: Samples = {
  port: "80/tcp",
  healthcheck: { port: 80 },
  target_container: "nginx",
  target_port: 80,
  ssl_policy: "a",
  stickiness: true,
  alias: "a.example.com",
  additional_listeners: [{ port: "81/tcp" }],
};

export const serviceKeys: Samples = {
  ...http,
  ...under("nlb", nlb),
  ...image,
  ...count,
  ...network,
  ...volume,
  cpu: 512,
  memory: 1024,
  platform: "linux/arm64",
  "platform.osfamily": "windows_server_2022_core",
  "platform.architecture": "arm64",
  exec: true,
  "deployment.rolling": "recreate",
  "deployment.rollback_alarms": ["api-5xx"],
  entrypoint: "/entry",
  command: "node server.mjs",
  "variables.LOG_LEVEL": "debug",
  "variables.QUEUE.from_cfn": "export",
  env_file: "api.env",
  "secrets.KEY": "/team/key",
  "secrets.PLAIN": "KEY",
  "secrets.DB.secretsmanager": "mysql:password::",
  "secrets.QUEUE.from_cfn": "export",
  "storage.ephemeral": 30,
  "storage.readonly_fs": true,
  "publish.topics": [{ name: "orders", fifo: { content_based_deduplication: true } }],
  "logging.retention": 7,
  "logging.image": "fluent",
  "logging.destination": { Name: "cloudwatch" },
  "logging.enableMetadata": false,
  "logging.secretOptions": { KEY: "/team/key" },
  "logging.configFilePath": "/a.conf",
  "logging.env_file": "a.env",
  "observability.tracing": "awsxray",
  taskdef_overrides: [{ path: "ContainerDefinitions[0].Ulimits[-].Name", value: "nofile" }],
};

/** https://aws.github.io/copilot-cli/docs/developing/sidecars/ */
export const sidecarKeys: Samples = {
  port: 80,
  "image.location": "public.ecr.aws/agent/agent:2",
  "image.build": "agent/Dockerfile",
  "image.credentials": "arn:aws:secretsmanager:us-east-1:111122223333:secret:registry-abcdef",
  essential: false,
  credentialsParameter: "arn:aws:secretsmanager:us-east-1:111122223333:secret:registry-abcdef",
  "variables.LOG_LEVEL": "debug",
  "secrets.KEY": "/team/key",
  env_file: "agent.env",
  mount_points: [{ source_volume: "files", path: "/files", read_only: true }],
  labels: { team: "a" },
  depends_on: { api: "start" },
  entrypoint: "/entry",
  command: ["run"],
  healthcheck: healthCheck,
};

export const environmentKeys: Samples = {
  "network.vpc.id": "vpc-0123",
  "network.vpc.cidr": "10.1.0.0/16",
  "network.vpc.subnets.public": [{ cidr: "10.0.0.0/24", az: "us-east-1a" }],
  "network.vpc.subnets.private": [{ cidr: "10.0.1.0/24", az: "us-east-1a" }],
  "network.vpc.security_group.ingress": [{ ip_protocol: "tcp", ports: 80, cidr: "0.0.0.0/0" }],
  "network.vpc.security_group.egress": [{ ip_protocol: "tcp", ports: 80, cidr: "0.0.0.0/0" }],
  "network.vpc.flow_logs": true,
  "network.vpc.flow_logs.retention": 30,
  cdn: true,
  "cdn.certificate": "arn:aws:acm:us-east-1:111122223333:certificate/1",
  "cdn.static_assets": { alias: "a.example.com", location: "bucket", path: "static/*" },
  "cdn.terminate_tls": true,
  "http.public.certificates": ["arn:aws:acm:us-east-1:111122223333:certificate/1"],
  "http.public.access_logs": true,
  "http.public.access_logs.bucket_name": "logs",
  "http.public.access_logs.prefix": "a",
  "http.public.ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
  "http.public.ingress.cdn": true,
  "http.public.ingress.source_ips": ["192.0.2.0/24"],
  "http.private.certificates": ["arn:aws:acm:us-east-1:111122223333:certificate/1"],
  "http.private.subnets": ["subnet-1"],
  "http.private.ingress.vpc": true,
  "http.private.ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
  "observability.container_insights": true,
};

export const pipelineKeys: Samples = {
  "source.provider": "CodeCommit",
  "source.properties.access_token_secret": "token",
  "source.properties.branch": "trunk",
  "source.properties.connection_name": "connection",
  "source.properties.output_artifact_format": "CODE_ZIP",
  "build.image": "aws/codebuild/standard:7.0",
  "build.buildspec": "buildspec.yml",
  "build.additional_policy": { PolicyDocument: {} },
  stages: [
    {
      name: "dev",
      requires_approval: true,
      pre_deployments: { db: { buildspec: "a.yml" } },
      deployments: { api: { depends_on: ["db"] } },
      post_deployments: { db: { buildspec: "a.yml" } },
      test_commands: ["make test"],
    },
  ],
};
