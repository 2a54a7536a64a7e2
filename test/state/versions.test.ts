import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/state/command.ts'
import type { RunState, StepStatus } from '../../src/state/run-state.ts'
import { versionsLine, versionsOf } from '../../src/state/versions.ts'

const hosts = ['web-1', 'web-2'] as const
type Did = readonly [
  kind: 'stop' | 'start' | 'update',
  host: (typeof hosts)[number],
  release: string,
  status: StepStatus,
]

describe('which versions a run leaves behind', () => {
  test.each<readonly [what: string, did: readonly Did[], line: string]>([
    ['nothing done yet', [], '1.3.0: api@web-1, api@web-2'],
    ['one host stopped', [['stop', 'web-1', '', 'ok']], '1.3.0: api@web-2; does not run: api@web-1'],
    [
      'one host there and the other not begun',
      [
        ['stop', 'web-1', '', 'ok'],
        ['start', 'web-1', '1.2.2', 'ok'],
      ],
      'mixed: 1.2.2: api@web-1; 1.3.0: api@web-2',
    ],
    [
      'one host there and the other lost in the middle',
      [
        ['stop', 'web-1', '', 'ok'],
        ['start', 'web-1', '1.2.2', 'ok'],
        ['stop', 'web-2', '', 'unknown'],
      ],
      'mixed: 1.2.2: api@web-1; not known: api@web-2',
    ],
    [
      'one host skipped after it failed to start',
      [
        ['stop', 'web-1', '', 'already'],
        ['start', 'web-1', '1.2.2', 'already'],
        ['stop', 'web-2', '', 'ok'],
        ['start', 'web-2', '1.2.2', 'skipped'],
      ],
      'mixed: 1.2.2: api@web-1; does not run: api@web-2',
    ],
    [
      'both there',
      hosts.flatMap((host): readonly Did[] => [
        ['stop', host, '', 'ok'],
        ['start', host, '1.2.2', 'ok'],
      ]),
      '1.2.2: api@web-1, api@web-2',
    ],
    [
      'a Swarm that updated one service and paused in the middle of the other, which was skipped then',
      [
        ['update', 'web-1', '1.2.2', 'ok'],
        ['update', 'web-2', '1.2.2', 'skipped'],
      ],
      'mixed: 1.2.2: api@web-1; not known: api@web-2',
    ],
  ])('is told after %s', (_, did, line) => {
    const versions = versionsOf(stateAfter(did))
    expect(versions && versionsLine(versions)).toBe(line)
  })

  test('is not told before a plan is approved: the run changed nothing', () => {
    const state = stateAfter([])
    expect(versionsOf({ ...state, plan: state.plan && { ...state.plan, approved: null } })).toBeNull()
  })
})

function stateAfter(did: readonly Did[]): RunState {
  const steps = did.map(([kind, host, release, status], seq) => {
    const where = { service: 'api', host }
    const target = { ...where, release, digest: `sha256:${release}` }
    const commands: Readonly<Record<typeof kind, Command>> = {
      stop: { kind: 'service.stop', ...where, graceMs: 1000 },
      start: { kind: 'service.start', ...target },
      update: { kind: 'service.update', ...target, monitorMs: 1000, followMs: 1000 },
    }
    return [`api@${host}.${kind}`, { status, attempt: status === 'waiting' ? 0 : 1, seq, command: commands[kind] }]
  })
  const services = hosts.map(host => [`api@${host}`, { observed: { state: 'running', release: '1.3.0' } }])
  const changes = hosts.map(host => ({ instance: `api@${host}`, from: '1.3.0', to: '1.2.2' }))
  const state = {
    facts: { services: Object.fromEntries(services) },
    plan: { plan: { changes }, approved: { by: 'ana' } },
    steps: Object.fromEntries(steps),
  }
  return state as unknown as RunState
}
