import type { Facts, InstanceKey, KeptImage, LedgerEntry, Recorded } from '../../state/facts.ts'
import type { PlanOptions } from '../../state/plan.ts'
import { chooseTarget } from '../../state/planner/target.ts'
import type { Looks } from '../../targets/looks.ts'

/** The facts, and for the images of the target and of today what would outlive a prune of their hosts. */
export async function withKept(facts: Facts, options: PlanOptions, looks: Pick<Looks, 'services'>): Promise<Facts> {
  const chosen = chooseTarget(facts, options)
  return withKeptOf(facts, chosen.ok ? chosen.target.services : {}, looks)
}

export async function withKeptOf(
  facts: Facts,
  target: LedgerEntry['services'],
  looks: Pick<Looks, 'services'>,
): Promise<Facts> {
  const asked = Object.entries(facts.services).map(async ([name, { observed }]) => {
    const key = name as InstanceKey
    const { release, digest, image } = observed
    const current = release === null || digest === null ? undefined : { release, digest, ...(image && { image }) }
    const recorded = target[key]
    const kept = await Promise.all([
      recorded === undefined ? [] : keptOf(looks, key, 'target', recorded),
      current === undefined || current.digest === recorded?.digest ? [] : keptOf(looks, key, 'current', current),
    ])
    return [key, kept.flat()] as const
  })
  const kept = (await Promise.all(asked)).filter(([, images]) => images.length > 0)
  return kept.length === 0 ? facts : { ...facts, kept: Object.fromEntries(kept) }
}

async function keptOf(
  { services }: Pick<Looks, 'services'>,
  key: InstanceKey,
  of: KeptImage['of'],
  { release, digest, image }: Recorded,
): Promise<readonly KeptImage[]> {
  const [service = '', host = ''] = key.split('@')
  const kept = await services.kept({ service, host }, digest, image)
  return kept === null ? [] : [{ ...kept, of, release, digest }]
}
