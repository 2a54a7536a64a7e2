import type { Facts } from '../facts.ts'
import { referenceOf } from '../image-reference.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { foundFor } from './pulls.ts'
import { step, type Change } from './steps.ts'

/** Before anything stops, whoever signs images has signed these: once per image, wherever it is to run. */
export function signatureSteps(facts: Facts, manifest: Manifest, changes: readonly Change[]): readonly Step[] {
  const wanted = new Map<
    string,
    { readonly service: string; readonly image: string; readonly argv: readonly string[] }
  >()
  for (const change of changes) {
    const { service } = change
    const argv = manifest.services[service]?.signature?.argv
    const image = signedAs(facts, manifest, change)
    if (argv !== undefined && image !== null) wanted.set(JSON.stringify([image, argv]), { service, image, argv })
  }
  return [...wanted.values()].map(({ service, image, argv }, index, all) => {
    const same = all.slice(0, index).filter(other => other.service === service).length
    return step(
      `${service}.signature${same === 0 ? '' : `.${same + 1}`}`,
      3,
      { kind: 'image.verify', of: service, image, argv },
      [],
      {
        leaves: `the image of ${service} is signed as it has to be`,
        deadlineMs: 120_000,
        estimateMs: 2000,
      },
    )
  })
}

/** Why a plan must not be approved: a signature is of what a registry has, and it is not known to have this. */
export function unsigned(facts: Facts, manifest: Manifest, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(change =>
    manifest.services[change.service]?.signature === undefined || signedAs(facts, manifest, change) !== null
      ? []
      : [
          `${change.key}: the signature of ${change.release} is to be verified, and no registry is known to have its image`,
        ],
  )
}

/** `registry:5000/shop/api@sha256:...`, as the signature is kept beside it. */
function signedAs(facts: Facts, manifest: Manifest, { key, host, release, digest, image }: Change): string | null {
  if (manifest.hosts[host]?.kind === 'swarm') return referenceOf(image, digest)
  const from = foundFor(facts, key, release, digest)?.fetch
  return from?.kind === 'registry' ? from.reference : (image?.digests[0] ?? null)
}
