import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSession, type Session } from '../../src/client/session.ts'
import type { Ask } from '../../src/state/intent.ts'
import { gateOf } from '../../src/state/gates.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { containersOn } from '../engines/shop.ts'
import { openFleet, type Fleet } from '../engines/fleet.ts'
import { linesOf, runsOf, stateOf, until } from './support.ts'

/** The machine's own network may be slow; a call to a host that is gone takes its deadline. */
const patience = 120_000

describeWithEngines('a Docker host that is lost in the middle', () => {
  let fleet: Fleet
  let since: number
  beforeEach(async () => {
    fleet = await openFleet(
      ['web-1', 'web-2'],
      { gateway: { hosts: ['web-1', 'web-2'], dependsOn: ['api'] }, api: { hosts: ['web-1', 'web-2'], slow: 1 } },
      'tcp',
    )
    since = await fleet.quiet()
  })
  afterEach(() => fleet?.close())

  test.each(['api@web-2.stop', 'api@web-2.point', 'api@web-2.start', 'api@web-2.health'])(
    'its link down at %s: the run holds, says so, and goes on where it stood when the link is back',
    async step => {
      const run = await headlessUntil(step)
      fleet.engines['web-2']?.link('down')
      await until(() => ['failure', 'unknown'].includes(gateOf(stateOf(run))?.kind ?? ''), 'the run holds', patience)
      expect(stateOf(run).steps[step]?.fault?.code ?? 'unknown').not.toBe('service.crash-loop')
      fleet.engines['web-2']?.link('up')
      await toTheEnd(run)
      await expectOnce()
    },
    300_000,
  )

  test('its daemon killed and started again: what it had stopped stays stopped, and the run goes on', async () => {
    const run = await headlessUntil('api@web-2.point')
    await fleet.engines['web-2']?.kill()
    await until(() => ['failure', 'unknown'].includes(gateOf(stateOf(run))?.kind ?? ''), 'the run holds', patience)
    await fleet.engines['web-2']?.start()
    await toTheEnd(run)
    // Its events went with the daemon; what stands there now tells that nothing was made twice.
    const there = await Promise.all(Object.values(fleet.engines).map(({ docker }) => containersOn(docker)))
    expect(there.map(containers => containers.length)).toEqual([4, 4])
    expect(await running()).toEqual(all('1.2.2'))
  }, 300_000)

  test('its link down before anything is done: no plan can be approved, and nothing was touched', async () => {
    fleet.engines['web-2']?.link('down')
    const planned = await fleet.astern(['plan', '--json'])
    expect([planned.code, planned.stdout]).not.toEqual([0, expect.anything()])
    expect(planned.stdout + planned.stderr).toMatch(/web-2.*(cannot be reached|no answer)/s)
    fleet.engines['web-2']?.link('up')
    expect(await fleet.containerEvents(since)).toEqual([])
  }, 300_000)

  async function headlessUntil(step: string): Promise<string> {
    fleet.start(await fleet.rollbackArgs())
    return until(
      () =>
        runsOf(fleet.home).find(run =>
          linesOf(run).some(({ event }) => event.kind === 'step.begun' && event.step === step),
        ),
      `${step} begins`,
      patience,
    )
  }

  /** Retries what failed, looks again at what is unknown, until the run is closed as reached. */
  async function toTheEnd(run: string): Promise<void> {
    const session = openSession({
      directory: run,
      me: { name: 'ana', console: 'ana', from: 'test' },
      wants: 'helm',
      now: () => new Date(),
    })
    try {
      await until(() => session.store.getState().connection.engine === 'live', 'the console is connected', patience)
      await session.send({ kind: 'take the helm', reason: 'the link is back' }, null)
      await until(() => session.store.getState().run.helm.holder?.console === 'ana', 'the helm is taken', patience)
      for (;;) {
        const gate = await until(() => gateOf(session.store.getState().run), 'a gate', patience)
        if (gate.kind !== 'failure' && gate.kind !== 'unknown') break
        await sendAndSee(session, { kind: 'retry', step: gate.step }, gate.id)
      }
      session.close()
      const ended = await fleet.astern(['attach', run.split('/').at(-1) ?? '', '--headless', '--take', 'going on'])
      expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)])
    } finally {
      session.close()
    }
  }

  async function expectOnce(): Promise<void> {
    const events = await fleet.containerEvents(since)
    const counted = (action: string): number => events.filter(({ Action }) => Action === action).length
    expect({ create: counted('create'), start: counted('start'), die: counted('die') }).toEqual({
      create: 4,
      start: 4,
      die: 4,
    })
    expect(await running()).toEqual(all('1.2.2'))
  }

  async function running(): Promise<readonly string[]> {
    const seen = await Promise.all(
      Object.entries(fleet.engines).map(async ([host, { docker }]) => {
        const containers = await docker.listContainers()
        return containers.map(({ Names, Image }) => `${Names[0]?.replace(/^\/shop-|-1$/g, '')}@${host} ${Image}`)
      }),
    )
    return seen.flat().sort()
  }

  function all(release: string): readonly string[] {
    return ['api', 'gateway']
      .flatMap(name => ['web-1', 'web-2'].map(host => `${name}@${host} shop/service:${release}`))
      .sort()
  }
})

async function sendAndSee(session: Session, ask: Ask, gate: string): Promise<void> {
  const { seq } = session.store.getState().run
  await session.send(ask, gate)
  await until(() => session.store.getState().run.seq > seq, 'the run moves on', patience)
}
