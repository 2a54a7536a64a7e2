import { spreadText } from '../../../state/estimate-text.ts'
import { phaseName } from '../../../state/phases.ts'
import { stretches, type Plan, type Step } from '../../../state/plan.ts'
import type { RunState } from '../../../state/run-state.ts'
import { schemaTitle } from '../../../state/schema/against.ts'
import { candidateText } from '../../../state/targets.ts'
import { spanText } from '../../../state/times.ts'
import { riskLine } from '../../../ui/panels/plan-words.ts'
import { section, type Told } from '../told.ts'

/** The whole plan, in pieces as they are read: what is lost first, then what is done, then what it stands on. */
export function planStory({ plan: held }: RunState): readonly (readonly Told[])[] {
  if (held === null) return []
  const { plan, hash } = held
  return [
    [
      ...section('Rows at risk', plan.atRisk.length === 0 ? ['none'] : plan.atRisk.map(riskLine)),
      ...section('Migrations', plan.migrations.map(migration)),
      ...section(schemaTitle(plan.options), plan.schema ?? []),
    ],
    ...stretches(plan).map(([phase, steps]) =>
      section(
        `${phase} ${phaseName(phase)}, steps`,
        steps.map(step => stepText(step, plan)),
      ),
    ),
    [
      ...section('Rehearsed', plan.rehearsed ?? []),
      ...section('Could be restored from a backup instead', plan.restorable ?? []),
      ...section('Could be replayed into it from the binlog', plan.replayable ?? []),
      ...section('Configuration', plan.drift ?? []),
      ...section('Images', plan.artifacts ?? []),
      ...section('Room for images', plan.space ?? []),
      ...section('Estimates', plan.estimates ?? []),
    ],
    [
      ...section('Not changed', plan.untouched),
      ...section('Releases it could go back to', (plan.candidates ?? []).map(candidateText)),
      ...section('Approving it', [
        `plan ${hash}: wants typed ${[plan.typed.environment, ...plan.typed.databases].join(' and ')}`,
      ]),
    ],
  ]
}

function stepText(step: Step, plan: Plan): string {
  const { title, risk, estimateMs, estimated, id } = step
  const spread = estimated === undefined ? '' : ` (${spreadText(estimated)})`
  const last = id === plan.pointOfNoReturn ? '; no simple way back from here' : ''
  return `${title}: ${risk}, about ${spanText(estimateMs)}${spread}${last}`
}

function migration({
  database,
  version,
  name,
  direction,
  statements,
  verdict,
  why,
}: Plan['migrations'][number]): string {
  const worth = verdict === undefined ? '' : `; ${verdict}: ${why ?? ''}`
  return `${database}, ${version} ${name}: goes ${direction}, ${statements} statements${worth}`
}
