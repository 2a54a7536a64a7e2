import type { RunState } from '../../state/run-state.ts'
import { availability, impactOf, type Impact } from '../../state/impact.ts'
import { betweenMs, clockText, spanText } from '../../state/times.ts'
import type { Attempt } from '../../state/attempts.ts'
import { asked, facts, row, table, type Section } from '../block.ts'
import { mitigatedAt } from './times.ts'

/** Figures are the engine's own probes and checks. How many people were hurt, only people know. */
export function impact(state: RunState, attempts: readonly Attempt[]): Section {
  const { run, decision } = state
  const mitigated = mitigatedAt(state, attempts)
  const users = impactOf(state).map(usersRow)
  const took = run === null || mitigated === '' ? '' : clockText(betweenMs(run.openedAt, mitigated))
  return {
    title: 'Impact',
    blocks: [
      facts(
        ['As decided', decision?.impact ?? ''],
        ['From opening to every service restored', took],
        ['Checks that passed before', passed(state, 'baseline')],
        ['Checks that pass after', passed(state, 'after')],
      ),
      ...(users.length === 0
        ? []
        : [
            table(
              ['what users reach', 'down for', ...stages.flatMap(stage => [`answered ${stage}`, `latency ${stage}`])],
              users,
            ),
          ]),
      table(['failed probes of', 'before', 'during', 'after'], probes(state), 'No probe was summed yet.'),
      asked(
        'Users affected: how many, how many percent, and where the number is from',
        'When it began for them, and how it was noticed',
        'Regions, tickets, cost',
      ),
    ],
  }
}

const stages = ['before', 'during', 'after'] as const

function usersRow({ name, by, downMs }: Impact): ReturnType<typeof row> {
  const cells = stages.flatMap(stage => {
    const { samples, failures, latencyMs } = by[stage]
    const answered = availability(by[stage])
    return [
      answered === null ? '-' : `${answered} (${samples - failures} of ${samples})`,
      latencyMs === null ? '-' : `${latencyMs} ms`,
    ]
  })
  const failed = [null, null, ...stages.flatMap(stage => [share(by[stage]), null])]
  return { ...row([name, spanText(downMs), ...cells], by.after.failures > 0 ? 'bad' : 'plain'), failed }
}

function share({ samples, failures }: { readonly samples: number; readonly failures: number }): number | null {
  return samples === 0 ? null : failures / samples
}

function passed({ suites }: RunState, suite: 'baseline' | 'after'): string {
  const results = Object.values(suites[suite]?.results ?? {})
  if (results.length === 0) return ''
  const good = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'degraded')
  return `${good.length} of ${results.length}`
}

function probes({ sums }: RunState): ReturnType<typeof row>[] {
  const own = Object.entries(sums).filter(([key]) => !key.startsWith('users:'))
  return own.map(([key, { before, during, after }]) => {
    const cells = [before, during, after].map(({ samples, failures }) =>
      samples === 0 ? '-' : `${failures} of ${samples}`,
    )
    const failed = [null, ...[before, during, after].map(share)]
    return { ...row([key, ...cells], after.failures > 0 ? 'bad' : 'plain'), failed }
  })
}
