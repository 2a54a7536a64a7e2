import type { Facts } from '../state/facts.ts'
import type { PlanOptions } from '../state/plan.ts'
import { judgeMigrations } from '../state/planner/migrations.ts'
import { rehearsalFor, rehearsalSaid } from '../state/planner/rehearsed.ts'
import { chooseTarget } from '../state/planner/target.ts'
import { wentWell } from '../state/rehearsal.ts'
import type { Looks } from '../targets/looks.ts'
import type { Finding } from './doctor-finding.ts'
import type { Environment } from './environment.ts'

/** Whether the way back was tried, as it would be gone now; and what rehearsals that were killed left behind. */
export async function rehearsals(
  facts: Facts,
  { manifest }: Pick<Environment, 'manifest'>,
  looks: Looks,
  options: PlanOptions,
): Promise<readonly Finding[]> {
  return [...tried(facts, { manifest }, options), ...(await leftBehind(manifest.environment.name, looks))]
}

function tried(facts: Facts, { manifest }: Pick<Environment, 'manifest'>, options: PlanOptions): readonly Finding[] {
  const chosen = chooseTarget(facts, options)
  if (!chosen.ok) return []
  const { reversals } = judgeMigrations(facts, manifest, chosen.target)
  if (reversals.length === 0) return []
  const databases = [...new Set(reversals.map(({ database }) => database))]
  const rehearsal = rehearsalFor(facts, chosen.target, databases)
  if (rehearsal !== null && wentWell(rehearsal))
    return rehearsalSaid(rehearsal).map(what => ({ requirement: 'backups', what, ok: true, next: '' }))
  const nowhere = databases.filter(name => manifest.databases[name]?.rehearsal === undefined)
  const next =
    nowhere.length === 0
      ? 'Try it while it is quiet: astern rehearse.'
      : `Say in astern.yaml where a clone may stand (${nowhere.map(name => `databases.${name}.rehearsal`).join(', ')}), then: astern rehearse.`
  const what =
    rehearsal === null
      ? `the way back to ${chosen.target.version} was not rehearsed at today's schema of ${databases.join(', ')}`
      : `the way back to ${chosen.target.version} was rehearsed, and something speaks against it: astern plan says what`
  return [{ requirement: 'backups', what, ok: true, warning: true, next }]
}

async function leftBehind(environment: string, looks: Looks): Promise<readonly Finding[]> {
  const found = Object.entries(looks.databases).map(async ([name, database]): Promise<readonly Finding[]> => {
    const clones = await database.clones(environment)
    if (!clones.ok)
      return [{ requirement: 'backups', what: clones.fault.what, ok: true, warning: true, next: clones.fault.next }]
    return clones.value
      .filter(({ inUse }) => !inUse)
      .map(clone => ({
        requirement: 'backups',
        what: `${name}: a rehearsal left its clone ${clone.name} behind${clone.since === null ? '' : `, of ${clone.since}`}`,
        ok: true,
        warning: true,
        next: 'The next one drops it: astern rehearse.',
      }))
  })
  return (await Promise.all(found)).flat()
}
