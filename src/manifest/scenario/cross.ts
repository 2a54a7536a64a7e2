import { faultTargets, type InjectTarget } from '../../state/drill/scenario.ts'
import type { At, ManifestFault, Path } from '../faults.ts'
import type { WrittenInject, WrittenScenario } from './schema.ts'

/** What a schema cannot see: two ids, two moments, a target that is not its kind's, a condition that asks nothing. */
export function scenarioFaults(written: WrittenScenario, at: At): readonly ManifestFault[] {
  return [
    ...written.injects.flatMap((inject, index) => injectFaults(inject, index, written, at)),
    ...written.hints.flatMap((hint, index) => momentFaults(hint, ['hints', index], at)),
    ...written.stop_conditions.flatMap((condition, index) => {
      const { check, fails_for: failsFor, seen } = condition
      const is = seen === undefined ? check !== undefined && failsFor !== undefined : check === undefined
      return is && !(seen !== undefined && failsFor !== undefined)
        ? []
        : [
            at(
              ['stop_conditions', index],
              'is neither a check with fails_for, nor seen alone',
              'Write { check: NAME, fails_for: 2m }, or { seen: TEXT }.',
            ),
          ]
    }),
    ...written.clean_up.flatMap(({ check, hand }, index) =>
      (check === undefined) !== (hand === undefined)
        ? []
        : [at(['clean_up', index], 'is not exactly one of check and hand', 'Give it one of them.')],
    ),
  ]
}

function injectFaults(
  inject: WrittenInject,
  index: number,
  { injects }: WrittenScenario,
  at: At,
): readonly ManifestFault[] {
  const path = ['injects', index] as const
  const twice = injects.findIndex(({ id }) => id === inject.id) !== index
  const isEvent = inject.kind === 'event'
  return [
    ...(twice ? [at([...path, 'id'], `${inject.id} is the id of another inject`, 'Give each an id of its own.')] : []),
    ...momentFaults(inject, path, at),
    ...targetFaults(inject, path, at),
    ...(isEvent && inject.text === undefined
      ? [at(path, 'is an event that says nothing', 'Add text: what is said, and by whom.')]
      : []),
    ...(!isEvent && (inject.text !== undefined || inject.answer)
      ? [at(path, `is ${inject.kind}, which says nothing`, 'Take text and answer out, or make it an event of its own.')]
      : []),
  ]
}

function momentFaults(
  { at: after, when }: Pick<WrittenInject, 'at' | 'when'>,
  path: Path,
  at: At,
): readonly ManifestFault[] {
  return (after === undefined) !== (when === undefined)
    ? []
    : [
        at(
          path,
          after === undefined ? 'does not say when' : 'says twice when',
          'Give it exactly one of at (4m) and when ({ phase: services }).',
        ),
      ]
}

const parts: Readonly<Record<InjectTarget['kind'], readonly string[]>> = {
  service: ['host', 'service'],
  host: ['host'],
  database: ['database'],
  channel: ['channel'],
  command: ['command'],
  operator: [],
}

function targetFaults({ kind, target = {} }: WrittenInject, path: Path, at: At): readonly ManifestFault[] {
  const wanted = parts[faultTargets[kind]]
  const given = Object.entries(target)
    .flatMap(([part, value]) => (value === undefined ? [] : [part]))
    .sort()
  if (given.join() === wanted.join()) return []
  const shape = wanted.length === 0 ? 'none' : `{ ${[...wanted].reverse().join(', ')} }`
  return [at([...path, 'target'], `is not what ${kind} is done to`, `The target of ${kind} is ${shape}.`)]
}
