import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openFleet, type Fleet } from '../engines/fleet.ts'
import { isTry } from '../../src/state/command.ts'
import { homeForOthers, nobody } from './other-account.ts'
import { endEngines, isEngine, linesOf, runsOf, stateOf, until } from './support.ts'

const races = Number(process.env['RACES'] ?? 200)

describeWithEngines('two bastions', () => {
  let fleet: Fleet
  let other: string
  beforeAll(async () => {
    fleet = await openFleet(['web-1', 'web-2'], {
      gateway: { hosts: ['web-1', 'web-2'], dependsOn: ['api'] },
      api: { hosts: ['web-1', 'web-2'], slow: 1 },
    })
    await fleet.quiet()
    other = homeForOthers(fleet)
  })
  afterAll(async () => {
    await endEngines(other)
    await fleet?.close()
  })

  test(`that start at once, from homes, accounts and networks of their own, ${races} times: one helm, one clear refusal`, async () => {
    const away = { home: other, uid: nobody, namespace: fleet.engines['web-2']?.namespace ?? '' }
    for (let race = 1; race <= races; race += 1) {
      const [here, there] = [fleet.start(['rollback', '--headless']), fleet.start(['rollback', '--headless'], away)]
      const ran = await Promise.all([fleet.ended(here), fleet.ended(there)])
      const codes = ran.map(({ code }) => code)
      expect([race, codes.toSorted((a, b) => Number(a) - Number(b))]).toEqual([race, [3, 4]])
      const loser = ran[codes.indexOf(3)]
      const home = codes[0] === 4 ? fleet.home : other
      const winner = runsOf(home).at(-1) ?? ''
      expect(loser?.stdout + (loser?.stderr ?? '')).toContain(`held on web-1 by run ${winner.split('/').at(-1)} of`)
      await endEngines(home)
      await fleet.forgetLocks()
    }
  }, 900_000)

  test('of which one is lost: the other takes its lock by name, ends right, and the lost one does nothing more', async () => {
    const since = Date.now() / 1000
    const lost = fleet.start(await fleet.rollbackArgs())
    const run = await until(
      () => runsOf(fleet.home).findLast(is => begun(is, 'api@web-1.start')),
      'the first start begins',
    )
    const pid = stateOf(run).engine?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    lost.kill('SIGKILL')
    const name = run.split('/').at(-1) ?? ''
    const refused = await fleet.astern(['rollback', '--headless'], { home: other })
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([
      3,
      expect.stringContaining(`--break-lock ${name}`),
    ])
    const taken = await fleet.astern(
      [...(await fleet.rollbackArgs()), '--break-lock', name, '--reason', 'its bastion is gone'],
      { home: other },
    )
    expect([taken.code, taken.stderr]).toEqual([0, expect.any(String)])
    const seq = stateOf(run).seq
    const before = { asked: await asked(since), standing: await standing() }
    process.kill(pid, 'SIGCONT')
    await until(() => stateOf(run).held !== null || !isEngine(pid), 'the lost run holds')
    expect(stateOf(run).held?.reason).toContain('no longer held by this run')
    const begunAfter = linesOf(run).flatMap(({ event, seq: at }) =>
      at > seq && event.kind === 'step.begun' && !isTry(event.command) ? [event.command.kind] : [],
    )
    // That it holds is an alarm, and told.
    expect(begunAfter.filter(kind => kind !== 'message.send')).toEqual([])
    // Also where it was stopped in the middle of a start: that asks whose the environment is before its next call.
    expect({ asked: await asked(since), standing: await standing() }).toEqual(before)
    const starts = (await fleet.containerEvents(since)).filter(({ Action }) => Action === 'start')
    expect(starts.length).toBe(4)
  })

  /** What was asked of the Engines, and not what containers do by themselves. */
  async function asked(since: number): Promise<readonly string[]> {
    const all = await fleet.containerEvents(since)
    return all
      .map(({ Action }) => Action)
      .filter(one => /^(create|start|restart|rename|stop|kill|destroy|update)$/.test(one))
  }

  /** Every container as it is, with the life it lives. */
  async function standing(): Promise<readonly object[]> {
    const perEngine = Object.entries(fleet.engines).map(async ([host, { docker }]) => {
      const all = await docker.listContainers({ all: true })
      return Promise.all(
        all
          .filter(({ Names: [name = ''] }) => isOfShop(name))
          .toSorted((a, b) => (a.Id < b.Id ? -1 : 1))
          .map(async ({ Id }) => {
            const { Name, Image, State, HostConfig } = await docker.getContainer(Id).inspect()
            const { Status, StartedAt, Pid } = State
            return { host, Id, Name, Image, Status, StartedAt, Pid, restarts: HostConfig.RestartPolicy }
          }),
      )
    })
    return (await Promise.all(perEngine)).flat()
  }
})

/** That a run holds is written, and its copies on its hosts are as well. */
function isOfShop(name: string): boolean {
  return !/^\/?astern_/.test(name)
}

function begun(directory: string, step: string): boolean {
  return linesOf(directory).some(({ event }) => event.kind === 'step.begun' && event.step === step)
}
