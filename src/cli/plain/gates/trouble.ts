import { seenWords } from '../../../state/blocked.ts'
import { blockedAt } from '../../../state/ending.ts'
import type { Fault } from '../../../state/fault.ts'
import type { RunState } from '../../../state/run-state.ts'
import { planSteps, servicesDown, stepTitle } from '../../../state/steps.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { versionsLine, versionsOf } from '../../../state/versions.ts'
import { section, told, type Told } from '../told.ts'
import { readWay, stopWay, waysOf, type Moment, type Way } from './moment.ts'

/** Phases 3 and 4: a step failed, or nobody knows whether it was done. */
export function troubleMoment(state: ConsoleState, id: string): Moment {
  const { run } = state
  const now = run.steps[id]
  const versions = versionsOf(run)
  const blocked = blockedAt(run, id)
  const output: readonly Way[] =
    now?.output == null
      ? []
      : [{ word: 'output', means: 'what the step printed', does: { kind: 'output', path: now.output.path } }]
  return {
    tells: [
      told.head(
        `${stepTitle(run, id)}: ${now?.status === 'unknown' ? 'in doubt' : 'failed'}, attempt ${now?.attempt ?? 0}`,
      ),
      ...doubtTold(now),
      ...faultTold(now?.fault ?? null),
      ...section('It waits for', [
        ...(blocked?.sessions ?? []).map(seenWords),
        ...(blocked?.cannotEnd === undefined ? [] : [blocked.cannotEnd]),
      ]),
      ...section('Down now', servicesDown(run)),
      ...section('Versions', versions?.mixed === true ? [`versions are ${versionsLine(versions)}`] : []),
    ],
    ways: [
      ...output,
      readWay('step', 'the step: what it does, what it leaves, what was seen', stepTold(run, id)),
      ...waysOf(state, 'trouble', id),
      stopWay(state),
    ],
    otherwise: null,
  }
}

function doubtTold(step: RunState['steps'][string] | undefined): readonly Told[] {
  if (step?.unknown == null) return []
  const { why, probe } = step.unknown
  return [
    told.line(
      `nobody knows whether it happened: ${why}; ${probe === null ? 'not looked at yet' : `looking found: ${probe}`}`,
    ),
    ...(step.says === null ? [] : [told.line(step.says)]),
  ]
}

export function faultTold(fault: Fault | null): readonly Told[] {
  if (fault === null) return []
  const detail = fault.detail === undefined || fault.blocked !== undefined ? [] : [fault.detail]
  return [fault.what, ...detail, fault.means, fault.next].filter(text => text !== '').map(told.line)
}

function stepTold(run: RunState, id: string): readonly Told[] {
  const step = planSteps(run).find(one => one.id === id)
  const now = run.steps[id]
  if (step === undefined) return [told.line(`${id}: no step of the plan`)]
  return section(step.title, [
    `phase: ${step.phase}`,
    `risk: ${step.risk}`,
    `leaves: ${step.leaves}`,
    `needs: ${step.needs.join(', ') || 'nothing'}`,
    `way back: ${step.undo === null ? 'none' : 'there is one'}`,
    ...(step.command.kind === 'database.statement' ? [`statement: ${step.command.sql}`] : []),
    ...(now?.says == null ? [] : [`said: ${now.says}`]),
    ...(now?.output == null ? [] : [`output: ${now.output.path}, ${now.output.bytes} bytes`]),
  ])
}
