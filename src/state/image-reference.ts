import type { ImageNamed } from './facts.ts'

/** `registry:5000/shop/api:1.2.2@sha256:...` -> `registry:5000/shop/api` */
export function repositoryOf(reference: string): string {
  return reference.replace(/@sha256:.*$/, '').replace(/:[^:/]+$/, '')
}

/** An image in full, as a Swarm takes it: a name and a digest. Null where it was recorded without a registry. */
export function referenceOf(image: ImageNamed | undefined, digest: string): string | null {
  const found = image?.digests.find(candidate => candidate.endsWith(`@${digest}`))
  if (image === undefined || found === undefined) return null
  return `${repositoryOf(image.name) === repositoryOf(found) ? image.name : repositoryOf(found)}@${digest}`
}
