import type { RunState } from '../../state/run-state.ts'
import { facts, list, row, table, type Section } from '../block.ts'

const errorsPerService = 3

/** What had changed when it began: releases and schema, and the last words of what ran. */
export function trigger(state: RunState): Section {
  const plan = state.plan?.plan
  const changes = (plan?.changes ?? []).map(({ instance, from, to, digest }) => row([instance, from ?? '', to, digest]))
  return {
    title: 'Trigger',
    blocks: [
      facts(
        ['Release that ran', plan?.from ?? ''],
        ['Its first process started', startedAt(state)],
        ['Release to go to', plan?.target.version ?? ''],
        ['Known to have worked', plan === undefined ? '' : `${plan.target.recordedAt}, by ${plan.target.by}`],
        ['Passed over', (plan?.passedOver ?? []).map(({ version, why }) => `${version}: ${why}`).join('; ')],
      ),
      table(['service', 'from', 'to', 'digest of the target'], changes, 'No service was to be changed.'),
      { kind: 'text', text: 'Last error lines seen when the run was opened:' },
      list(errors(state)),
    ],
  }
}

function startedAt({ facts: seen, plan }: RunState): string {
  const times = Object.values(seen?.services ?? {}).flatMap(({ observed }) =>
    observed.release === plan?.plan.from && observed.since !== null ? [observed.since] : [],
  )
  return times.sort()[0] ?? ''
}

function errors({ facts: seen }: RunState): readonly string[] {
  return Object.entries(seen?.services ?? {}).flatMap(([key, service]) =>
    service.errors.slice(-errorsPerService).map(line => `${key}: ${line}`),
  )
}
