/**
 * The ECR repository of a service's images.
 * @module
 */
export {
  type CreateImageRepositoryArgs,
  type ExistingImageRepositoryArgs,
  ImageRepository,
  type ImageRepositoryArgs,
} from "./image-repository";
