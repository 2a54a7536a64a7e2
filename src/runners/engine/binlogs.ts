import { join } from 'node:path'
import type { DatabaseFact, Facts } from '../../state/facts.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { PlanOptions } from '../../state/plan.ts'
import { placeIn } from '../../state/binlog/place.ts'
import { flashbackDatabase } from '../../state/planner/flashbacks.ts'
import { replayQuestion } from '../../state/planner/replays.ts'
import type { Restore } from '../../state/planner/restore-steps.ts'
import { chooseRestores } from '../../state/planner/restores.ts'
import { chooseTarget } from '../../state/planner/target.ts'
import type { Looks } from '../../targets/looks.ts'

/** The facts, and of each backup that is to be restored what the binlog has since. `keep`: a directory for it as SQL. */
export async function withBinlogs(
  facts: Facts,
  manifest: Manifest,
  options: PlanOptions,
  looks: Pick<Looks, 'databases'>,
  keep: string | null,
): Promise<Facts> {
  const chosen = options.restore === undefined ? null : chooseTarget(facts, options)
  if (chosen === null || !chosen.ok) return facts
  const { restores } = chooseRestores(facts, manifest, chosen.target, options)
  const asked = restores.map(async (restore): Promise<[string, DatabaseFact] | null> => {
    const { name } = restore
    const [fact, look] = [facts.databases[name], looks.databases[name]]
    const binlog = fact === undefined ? null : await look?.binlog(askedOf(restore, fact, options, keep))
    return fact === undefined || binlog == null ? null : [name, { ...fact, binlog }]
  })
  const known = (await Promise.all(asked)).filter(one => one !== null)
  return known.length === 0 ? facts : { ...facts, databases: { ...facts.databases, ...Object.fromEntries(known) } }
}

/** The facts, and what of the binlog a person wants taken back. `keep`: a directory for that as SQL. */
export async function withStretch(
  facts: Facts,
  manifest: Manifest,
  { flashback }: PlanOptions,
  looks: Pick<Looks, 'databases'>,
  keep: string | null,
): Promise<Facts> {
  const meant = flashback === undefined ? null : flashbackDatabase(manifest, flashback)
  if (flashback === undefined || meant === null || 'amiss' in meant) return facts
  const [fact, look] = [facts.databases[meant.name], looks.databases[meant.name]]
  if (fact === undefined || look === undefined) return facts
  const [from, until] = [flashback.from, flashback.until].map(text => placeIn(text) ?? text)
  const file = keep === null ? {} : { keep: join(keep, `${meant.name}.flashback.sql`) }
  const stretch = await look.stretch({ tables: flashback.tables, from: from ?? '', until: until ?? '', ...file })
  return stretch === null ? facts : { ...facts, databases: { ...facts.databases, [meant.name]: { ...fact, stretch } } }
}

function askedOf(
  { name, backup, database, since }: Restore,
  fact: DatabaseFact,
  { restore }: PlanOptions,
  keep: string | null,
) {
  const replay = restore?.replay
  if (replay === undefined) return { backup }
  const question = replayQuestion(database, fact, since, replay.until)
  return { backup, question, ...(keep === null ? {} : { keep: join(keep, `${name}.replay.sql`) }) }
}
