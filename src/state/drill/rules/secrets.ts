import { refusal, type DrillQuestion, type Found } from '../facts.ts'

/** As it stands in the list: a reference says where a secret lies, which is nobody's business who only reads the list. */
export function referenceHash(reference: string, hash: (text: string) => string): string {
  return hash(`reference ${reference}`)
}

/** A drill has no credential of production's, not even by name. */
export function secretRules({
  references,
  list,
  past,
  hash,
}: Pick<DrillQuestion, 'references' | 'list' | 'past' | 'hash'>): Found {
  const published = list.ok ? Object.entries(list.production) : []
  const refusals = references.flatMap(reference => {
    const there = published.find(([, { references: its }]) => its.includes(referenceHash(reference, hash)))
    const before = past.findLast(({ references: its }) => its.includes(reference))
    const whose = there?.[0] ?? before?.environment
    if (whose === undefined) return []
    const what = `the secret ${reference} is one of ${whose}, which is production`
    return [refusal('secret.shared', what, 'Give this environment an account of its own, under a name of its own.')]
  })
  const proven = [`none of its ${references.length} references to secrets is one of production's`]
  return { refusals, proven: refusals.length === 0 ? proven : [] }
}
