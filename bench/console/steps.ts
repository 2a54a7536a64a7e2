import { linesOf, stateOf, until, untilRun } from '../../test/live/support.ts'
import { gateOf } from '../../src/state/gates.ts'
import type { Session } from '../../src/client/session.ts'
import type { RunState } from '../../src/state/run-state.ts'
import { betweenMs } from '../../src/state/times.ts'
import { atTheHelm, compared, crowd, filled } from './crowd.ts'
import { openGround, type Ground } from './fleet.ts'
import type { Budget } from './table.ts'
import { openTty } from './tty.ts'

const hosts = 50
const patienceMs = 240_000

/**
 * A service rolled back on fifty hosts while a thousand are watched, ten thousand events in the journal: what each of its steps
 * takes, but those that wait for health, with twenty watchers of which five never read, and without, in turn.
 */
export async function measureSteps(pairs: number): Promise<readonly Budget[]> {
  const ground = await openGround({ hosts, services: 20, probeEvery: '10s', bad: 2 * pairs })
  const [alone, crowded]: [number[], number[]] = [[], []]
  try {
    for (let pair = 0; pair < pairs; pair += 1) {
      alone.push(...(await rolledBack(ground, `service-${2 * pair + 1}`, false)))
      crowded.push(...(await rolledBack(ground, `service-${2 * pair + 2}`, true)))
    }
  } finally {
    await ground.close()
  }
  return [compared('50 x 20: a step of a rollback, with 20 watchers', crowded, alone)]
}

/** Milliseconds of each step that changes something. */
async function rolledBack(ground: Ground, service: string, watched: boolean): Promise<readonly number[]> {
  const tty = openTty(ground.command('rollback', '--service', service, '--version', '1.2.2'), { env: ground.env })
  const directory = await untilRun(ground.home, run => gateOf(run)?.kind === 'decide', 'a decision', patienceMs)
  const session = atTheHelm({ directory })
  try {
    await filled(session)
    const leave = watched ? await crowd({ directory }) : () => undefined
    await rollBack(session)
    leave()
    await session.send({ kind: 'stop', reason: 'measured' }, null)
    await until(() => stateOf(directory).closed !== null, 'the run is closed')
    return durations(directory)
  } finally {
    session.close()
    tty.close()
  }
}

async function rollBack(session: Session): Promise<void> {
  const { getState } = session.store
  const at = async (kind: string): Promise<string> => {
    const troubled = ['failure', 'unknown', 'held', 'plan failed']
    const is = (): ReturnType<typeof gateOf> => {
      const gate = gateOf(getState().run)
      return gate !== null && (gate.kind === kind || troubled.includes(gate.kind)) ? gate : null
    }
    const gate = await until(is, kind, patienceMs)
    if (gate.kind !== kind) throw new Error(`at ${gate.kind}, and not at ${kind}: ${faultOf(getState().run)}`)
    return gate.id
  }
  const decision = {
    severity: 'SEV-2',
    choice: 'roll back',
    reason: 'bench',
    scope: '',
    impact: '',
    turnBackAt: null,
  } as const
  refuseNothing(await session.send({ kind: 'decide', decision }, await at('decide')))
  const gate = await at('approve')
  const hash = getState().run.plan?.hash ?? ''
  refuseNothing(await session.send({ kind: 'approve', hash, typed: ['bench'], unattendedUntil: null }, gate))
  await at('validate')
}

function faultOf({ planFault, steps }: RunState): string {
  return planFault?.what ?? Object.values(steps).find(({ status }) => status === 'failed')?.fault?.what ?? ''
}

function refuseNothing(refusal: { readonly reason: string } | null): void {
  if (refusal !== null) throw new Error(refusal.reason)
}

const changes = new Set(['service.stop', 'service.point', 'service.start'])

function durations(directory: string): readonly number[] {
  const begun = new Map<string, string>()
  return linesOf(directory).flatMap(({ event, ts }) => {
    if (event.kind === 'step.begun' && changes.has(event.command.kind)) begun.set(event.step, ts)
    const from = event.kind === 'step.settled' ? begun.get(event.step) : undefined
    return from === undefined ? [] : [betweenMs(from, ts)]
  })
}
