/**
 * The ECR repository of a service's images.
 * @module
 */
export { ImageRepository } from "./image-repository";
export type {
  CreateImageRepositoryArgs,
  ExistingImageRepositoryArgs,
  ImageRepositoryArgs,
} from "./settings";
