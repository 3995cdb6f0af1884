export {
  type CreateImageRepositoryArgs,
  type ExistingImageRepositoryArgs,
  ImageRepository,
  type ImageRepositoryArgs,
} from "./image-repository";
