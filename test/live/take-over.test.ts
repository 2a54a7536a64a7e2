import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assemble } from '../../src/runners/copies/assemble.ts'
import { isTry } from '../../src/state/command.ts'
import type { Host } from '../../src/state/manifest.ts'
import type { JournalCopies } from '../../src/targets/services/copies.ts'
import { copyName, dockerCopies } from '../../src/targets/services/docker/act/copies.ts'
import { openFleet as openTargets } from '../../src/targets/services/docker/layout.ts'
import { timing, until as eventually } from '../contract/services-shop.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openFleet, type Fleet } from '../engines/fleet.ts'
import { homeForOthers, nobody } from './other-account.ts'
import { endEngines, isEngine, linesOf, runsOf, stateOf, until } from './support.ts'

const patience = 60_000

describeWithEngines('a run whose bastion is lost', () => {
  let fleet: Fleet
  let other: string
  beforeAll(async () => {
    fleet = await openFleet(['web-1', 'web-2'], {
      gateway: { hosts: ['web-1', 'web-2'], dependsOn: ['api'] },
      api: { hosts: ['web-1', 'web-2'], slow: 4 },
    })
    await fleet.quiet()
    other = homeForOthers(fleet)
  })
  afterAll(async () => {
    await endEngines(other)
    await fleet?.close()
  })

  test('goes on with another account elsewhere, from the copy its hosts have; nothing is done twice, and the lost one does nothing more', async () => {
    const since = Date.now() / 1000
    const lost = fleet.start(await fleet.rollbackArgs())
    const run = await until(
      () => runsOf(fleet.home).findLast(is => begun(is, 'api@web-1.health')),
      'a health is awaited',
    )
    const name = run.split('/').at(-1) ?? ''
    await eventually(async () => (await copied(name)).includes('"plan.approved"'))
    const pid = stateOf(run).engine?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    lost.kill('SIGKILL')
    // A prune takes what was never started, and leaves the volume.
    await fleet.engines['web-1']?.docker.getContainer(copyName('shop', name)).remove()

    // As if it had been lost between one host's copy and the other's, in the middle of a line each.
    const whole = await cutCopies(name)

    // Messages go to a file, whoever sends them.
    chmodSync(join(fleet.manifestFile, '../log.ndjson'), 0o666)
    const away = { home: other, uid: nobody }
    const unsaid = await fleet.astern(['attach', name, '--from-hosts', '--headless'], away)
    expect([unsaid.code, unsaid.stderr]).toEqual([3, expect.stringContaining('wants the run’s id and --reason')])
    const gone = await fleet.astern(['attach', name, '--from-hosts', '--reason', 'bastion lost', '--headless'], away)
    if (gone.code !== 0) throw new Error(`${gone.code}: ${gone.stdout}${gone.stderr}`)
    const took = `${whole.lines} lines, the last of ${whole.last}Z, from web-1; the copy on web-1 ends in a torn line; the copy on web-2 has ${whole.fewer} fewer and ends in a torn line`
    expect(gone.stderr).toContain(`Took ${took}.`)
    const here = runsOf(other).find(directory => directory.endsWith(name)) ?? ''
    expect(linesOf(here).find(({ event }) => event.kind === 'run.moved')?.event).toMatchObject({ took })
    expect(stateOf(here)).toMatchObject({ moved: { reason: 'bastion lost' }, closed: { outcome: 'reached' } })
    const seq = stateOf(run).seq
    const before = await fleet.containerEvents(since)
    process.kill(pid, 'SIGCONT')
    await until(() => stateOf(run).held !== null || !isEngine(pid), 'the lost run holds', patience)
    expect(stateOf(run).held?.reason).toContain('no longer held by this run')
    const begunAfter = linesOf(run).flatMap(({ event, seq: at }) =>
      at > seq && event.kind === 'step.begun' && !isTry(event.command) ? [event.command.kind] : [],
    )
    // That it holds is an alarm, and told.
    expect(begunAfter.filter(kind => kind !== 'message.send')).toEqual([])
    const shop = await fleet.containerEvents(since)
    expect(shop).toEqual(before)
    const count = (action: string): number => shop.filter(({ Action }) => Action === action).length
    expect({ create: count('create'), start: count('start'), die: count('die') }).toEqual({
      create: 4,
      start: 4,
      die: 4,
    })
  }, 300_000)

  test('is not made twice in the home it is in, nor out of nothing', async () => {
    const [mine] = runsOf(other)
    const again = await fleet.astern(
      ['attach', mine?.split('/').at(-1) ?? '', '--from-hosts', '--reason', 'once more', '--headless'],
      { home: other },
    )
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('is in this home')])
    const never = await fleet.astern(['attach', '1126-000000-0000', '--from-hosts', '--reason', 'why', '--headless'], {
      home: other,
    })
    expect([never.code, never.stderr]).toEqual([3, expect.stringContaining('No host has a copy of run')])
  })

  /** What web-2 has of the run's journal. */
  async function copied(run: string): Promise<string> {
    return onHosts(async copies => {
      const pieces = await copies.recall('web-2', run)
      return pieces.ok ? new TextDecoder().decode(assemble(pieces.value)[0]) : ''
    })
  }

  /** web-1 has half a line more than is whole, and of its last piece web-2 has not all that web-1 has. */
  async function cutCopies(run: string) {
    return onHosts(async copies => {
      const recalled = await copies.recall('web-1', run)
      if (!recalled.ok) throw new Error(recalled.fault.what)
      const { value: pieces } = recalled
      const [first] = pieces
      if (first === undefined) throw new Error('web-1 has no copy')
      const text = new TextDecoder().decode(assemble(pieces)[0])
      const lines = text.trimEnd().split('\n')
      const torn = { at: Buffer.byteLength(text), bytes: Buffer.from('{"v":1,"seq":'), holder: first.holder }
      await copies.keep('web-1', run, torn)
      const theirs = await copies.recall('web-2', run)
      if (!theirs.ok) throw new Error(theirs.fault.what)
      const fewer = 3
      const shorter = Buffer.byteLength(`${lines.slice(0, -fewer).join('\n')}\n`) + 10
      for (const { at, holder } of theirs.value)
        await copies.keep('web-2', run, {
          at,
          holder,
          bytes: at === 0 ? Buffer.from(text).subarray(0, shorter) : Buffer.alloc(0),
        })
      return { lines: lines.length, fewer, last: (JSON.parse(lines.at(-1) ?? '') as { ts: string }).ts.slice(11, 19) }
    })
  }

  async function onHosts<T>(work: (copies: JournalCopies) => Promise<T>): Promise<T> {
    const hosts = Object.entries(fleet.engines).map(([name, { socket: path, address }]) => [
      name,
      { kind: 'docker', endpoint: { kind: 'unix', path }, address } as const,
    ])
    const targets = openTargets({
      environment: 'shop',
      hosts: Object.fromEntries(hosts) as Record<string, Host>,
      services: {},
      timing,
      now: () => new Date(),
    })
    try {
      return await work(dockerCopies(targets))
    } finally {
      await Promise.all(Object.values(targets.engines).map(engine => engine.close()))
    }
  }
})

function begun(directory: string, step: string): boolean {
  return linesOf(directory).some(({ event }) => event.kind === 'step.begun' && event.step === step)
}
