import { dialogs, openDialog } from '../../../src/ui/dialogs/table.ts'
import type { DialogKind } from '../../../src/ui/dialogs/dialog.ts'
import type { RunEvent } from '../../../src/state/event.ts'
import type { ConsoleState } from '../../../src/state/store.ts'
import { gateOf } from '../../../src/state/gates.ts'
import { firstView, type Overlay, type PanelName, type View } from '../../../src/ui/view/view.ts'

export const sizes = [
  [60, 15],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 60],
] as const

/** What a run waits for, or does, after the first of these events. */
export const moments: Readonly<Record<string, (event: RunEvent) => boolean>> = {
  opening: ({ kind }) => kind === 'run.opened',
  deciding: ({ kind }) => kind === 'facts.gathered',
  approving: ({ kind }) => kind === 'plan.proposed',
  'at work': ({ kind }) => kind === 'plan.approved',
  'a failure': event => event.kind === 'step.settled' && event.outcome === 'failed',
  held: ({ kind }) => kind === 'held',
  validating: event => event.kind === 'checks.ended' && event.suite === 'after',
  'following up': ({ kind }) => kind === 'review.booked',
  closed: ({ kind }) => kind === 'run.closed',
}

export const panelNames: readonly PanelName[] = ['phase', 'services', 'database', 'checks', 'messages', 'log']

/** Everything a console can show of a state, by a name that says which it is. */
export function looksAt(state: ConsoleState): readonly (readonly [string, View])[] {
  const { run } = state
  const phases = [1, 2, 3, 4, 5, 6] as const
  const about = aboutOf(state)
  return [
    ...phases.map(phase => [`phase ${phase}`, { ...firstView, phase }] as const),
    ...panelNames.map(panel => [`panel ${panel}`, { ...firstView, panel }] as const),
    ...panelNames.map(panel => [`zoomed ${panel}`, { ...firstView, panel, zoomed: true }] as const),
    ...overlaysOf(state).map(over => [Object.values(over).join(' '), { ...firstView, over: [over] }] as const),
    ...(Object.keys(dialogs) as DialogKind[]).map(
      kind => [`dialog ${kind}`, { ...firstView, dialog: openDialog(kind, about, state, 0) }] as const,
    ),
    ['a filter', { ...firstView, panel: 'log', line: { kind: 'filter', value: 'step', cursor: 4 } }],
    ['commands', { ...firstView, line: { kind: 'command', value: '', cursor: 0 } }],
    ['a command', { ...firstView, line: { kind: 'command', value: 'theme ', cursor: 6 } }],
    ['a notice', { ...firstView, notice: `Nothing waits for you now: run ${run.run?.id ?? ''} is at work.` }],
  ]
}

export function overlaysOf({ run, lines }: ConsoleState): readonly Overlay[] {
  const first = <T>(all: readonly T[]): readonly T[] => all.slice(0, 1)
  return [
    { kind: 'help' },
    { kind: 'diff' },
    { kind: 'times' },
    { kind: 'flow' },
    { kind: 'drill' },
    { kind: 'guide' },
    ...first(Object.keys(run.steps).toReversed()).map(id => ({ kind: 'step', id }) as const),
    ...first(run.plan?.plan.steps ?? []).map(({ id }) => ({ kind: 'step', id }) as const),
    ...first(run.run?.manifest.checks ?? []).map(({ name }) => ({ kind: 'check', name }) as const),
    ...first(Object.keys(run.facts?.services ?? {})).map(key => ({ kind: 'service', key }) as const),
    ...first(Object.keys(run.run?.manifest.databases ?? {})).map(name => ({ kind: 'database', name }) as const),
    ...first(Object.keys(run.messages)).map(id => ({ kind: 'message', id }) as const),
    ...first(lines.toReversed()).map(({ seq }) => ({ kind: 'line', seq }) as const),
  ]
}

/** What a dialog would be about: the step the run waits at, else any. */
function aboutOf({ run }: ConsoleState): string | null {
  const gate = gateOf(run)
  if (gate?.kind === 'failure' || gate?.kind === 'unknown') return gate.step
  return run.plan?.plan.steps[0]?.id ?? null
}
