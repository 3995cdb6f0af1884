import {
  Cluster,
  FargateService,
  type FargateServiceArgs,
  ImageRepository,
  LoadBalancer,
  Network,
} from "../../components/index";
import { type Run, run, type World } from "../harness";

export const existingNetwork = {
  vpcId: "vpc-0a1b",
  publicSubnetIds: ["subnet-0a", "subnet-0b"],
  privateSubnetIds: ["subnet-1a", "subnet-1b"],
};

/** What a service needs. */
export function infrastructure() {
  const network = new Network("dev", existingNetwork);
  return {
    network,
    cluster: new Cluster("dev"),
    loadBalancer: new LoadBalancer("dev", { network }),
    imageRepository: new ImageRepository("api"),
  };
}

type Settings = Omit<
  FargateServiceArgs,
  "network" | "cluster" | "loadBalancer" | "imageRepository" | "port"
>;

/** A service `api` on port 8000, with what is given. */
export function runService(settings: Settings = {}, world?: World): Promise<Run> {
  return run(() => {
    const { family, taskDefinitionArn, releasePointer } = new FargateService("api", {
      ...infrastructure(),
      port: 8000,
      ...settings,
    });
    return { family, taskDefinitionArn, image: releasePointer.image };
  }, world);
}
