/** The functions of @pulumi/aws's top level. */
import { availabilityZones } from "./ec2/availability-zones";

export const functions = [availabilityZones];
