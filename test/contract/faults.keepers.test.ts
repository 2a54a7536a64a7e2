import {
  statSync,
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FaultCommand, InjectFault } from '../../src/state/drill/command.ts'
import type { Inject } from '../../src/state/drill/scenario.ts'
import { placeBeside, placeIn } from '../../src/targets/faults/releases/places.ts'
import type { Kept } from '../../src/targets/faults/keeper/kept.ts'
import { handsOn, keeperIn, manifestWith, type Hands } from './faults-stage.ts'
import {
  apply as applyToShop,
  contextOf,
  digestIn,
  host,
  instance,
  openShop,
  permitFor,
  quiet,
  service,
  until,
  type Shop,
} from './services-shop.ts'

const at = { kind: 'service', service, host } as const

let shop: Shop
let hands: Hands
let home = ''
beforeEach(async () => {
  shop = await openShop()
  for (const release of ['1.2.2', '1.3.0']) await shop.release(release)
  await shop.point('1.3.0')
  mkdirSync(join(shop.root, '.astern'))
  await start('1.3.0')
  home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  const { hosts, services } = shop.config
  hands = handsOn(manifestWith({ hosts, services }), home)
})
afterEach(async () => {
  for (const { run, injected } of await seen()) await apply({ kind: 'drill.undo', injected }, run)
  await hands.close()
  await shop.close()
  rmSync(home, { recursive: true, force: true })
})

function inject(fault: InjectFault['fault'], settings: InjectFault['settings'] = {}): InjectFault {
  const target = fault === 'daemon_gone' || fault === 'disk_full' ? ({ kind: 'host', host } as const) : at
  return { kind: 'drill.inject', inject: fault, fault, target, settings, expiresMs: 600_000 }
}

const apply = (command: FaultCommand, run = 'run-1') =>
  hands.act.apply(command, permitFor(command, run), contextOf(run), quiet)
const undo = (injected: InjectFault): FaultCommand => ({ kind: 'drill.undo', injected })
const verdict = async (command: FaultCommand) => (await hands.act.probe(command, contextOf())).verdict
const seen = async () => (await hands.act.seen()).flatMap(one => (one.ok ? one.value : []))
const fileOf = (fault: string): string => join(placeIn(shop.root), `run-1.${fault}.json`)
const keptOf = (fault: string): Kept => JSON.parse(readFileSync(fileOf(fault), 'utf8')) as Kept

async function start(release: string): Promise<void> {
  const command = { service, host, release, digest: await digestIn(shop, release) }
  const begun = await applyToShop(shop, { kind: 'service.start', ...command })
  if (!begun.ok) throw new Error(begun.fault.what)
}

async function killKeeper(): Promise<void> {
  process.kill(keeperIn(placeIn(shop.root))('run-1') ?? 0, 'SIGKILL')
  await until(async () => (await hands.act.probe(inject('stop'), contextOf())).verdict === 'not yet')
}

describe('a fault that a keeper holds', () => {
  test('has its file before anything is changed, for its owner alone, and no secret in it', async () => {
    await apply(inject('stop'))
    expect(keptOf('stop')).toMatchObject({ run: 'run-1', environment: 'shop', there: true, injected: inject('stop') })
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)
    expect([mode(fileOf('stop')), mode(placeIn(shop.root))]).toEqual(['600', '700'])
  })

  test('brings a service back with its secrets, which stand in no file', async () => {
    const { hosts, services } = shop.config
    const declared = services[service]
    if (declared?.release == null) throw new Error('no release')
    const release = { ...declared.release, env: { ...declared.release.env, TOKEN: 'env:SHOP_TOKEN' } }
    const secret = { SHOP_TOKEN: 'a-secret-of-staging' }
    const own = handsOn(manifestWith({ hosts, services: { [service]: { ...declared, release } } }), home, secret)
    const fault = inject('stop')
    await own.act.apply(fault, permitFor(fault), contextOf(), quiet)
    expect(readFileSync(fileOf('stop'), 'utf8')).not.toContain(secret.SHOP_TOKEN)
    process.kill(keeperIn(placeIn(shop.root))('run-1') ?? 0, 'SIGTERM')
    const pid = await until(
      async () => (await own.act.probe(undo(fault), contextOf())).verdict === 'holds' && shop.pid(),
    )
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain('TOKEN=a-secret-of-staging')
    await own.close()
  })

  test('that nobody has taken up by the time it is taken away is never put there', async () => {
    const before = await apply(inject('stop'))
    expect(before).toMatchObject({ ok: true })
    const begun = { ...keptOf('stop'), keeper: null, there: false }
    await apply(undo(inject('stop')))
    mkdirSync(placeIn(shop.root))
    writeFileSync(fileOf('stop'), JSON.stringify(begun))
    expect(await verdict(undo(inject('stop')))).toBe('not yet')
    expect(await apply(undo(inject('stop')))).toMatchObject({ ok: true })
    expect([existsSync(placeIn(shop.root)), (await shop.act.observe(instance)).state]).toEqual([false, 'running'])
  })

  test('is found after its machine came up anew, and taken away without its keeper', async () => {
    await apply(inject('stop'))
    const kept = keptOf('stop')
    await killKeeper()
    // The number and the start of its keeper may be another process's by then: the boot is another.
    const self = { ...kept.keeper, pid: process.pid, boot: 'another' }
    writeFileSync(fileOf('stop'), JSON.stringify({ ...kept, keeper: self }))
    expect(await seen()).toEqual([{ run: 'run-1', injected: inject('stop'), expiresAt: kept.expiresAt }])
    expect(await verdict(inject('stop'))).toBe('not yet')
    expect(await apply(undo(inject('stop')))).toMatchObject({ ok: true })
    expect((await shop.act.observe(instance)).state).toBe('running')
  })

  test('whose file is damaged is said, and nothing is guessed', async () => {
    mkdirSync(placeIn(shop.root))
    writeFileSync(fileOf('stop'), '{"run":')
    expect(await hands.act.seen()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ok: false, fault: expect.objectContaining({ code: 'fault.damaged' }) }),
      ]),
    )
    expect(await verdict(undo(inject('stop')))).toBe('unclear')
    expect(await apply(undo(inject('stop')))).toMatchObject({ ok: false, fault: { code: 'fault.damaged' } })
    rmSync(fileOf('stop'))
  })

  test('of another environment is none of this one’s', async () => {
    const { hosts, services } = shop.config
    const other = handsOn(manifestWith({ hosts, services, environment: { name: 'bank', class: 'staging' } }), home)
    await apply(inject('pause'))
    expect((await other.act.seen()).flatMap(one => (one.ok ? one.value : []))).toEqual([])
    await other.close()
  })

  test('under a root that was moved aside waits for it, and both are seen meanwhile', async () => {
    const [paused, gone] = [inject('pause'), inject('daemon_gone')]
    await apply(paused)
    await apply(gone)
    expect((await shop.act.observe(instance)).state).toBe('unreachable')
    expect((await seen()).map(({ injected }) => injected.fault).sort()).toEqual(['daemon_gone', 'pause'])
    process.kill(
      keeperIn(join(placeBeside(shop.root), 'run-1.daemon_gone.aside', '.astern', 'drill'))('run-1') ?? 0,
      'SIGKILL',
    )
    expect(await apply(undo(paused))).toMatchObject({ ok: false, fault: { code: 'fault.root-gone' } })
    expect(await apply(undo(gone))).toMatchObject({ ok: true })
    expect(await apply(undo(paused))).toMatchObject({ ok: true })
    expect([await seen(), existsSync(placeBeside(shop.root)), existsSync(placeIn(shop.root))]).toEqual([
      [],
      false,
      false,
    ])
  })
})

describe('a fault that is to end while its host is gone', () => {
  test('is taken away by its own keeper as soon as the host is there again', async () => {
    const [paused, gone] = [inject('pause'), inject('daemon_gone')]
    await apply(paused)
    await apply(gone)
    process.kill(keeperIn(placeIn(join(placeBeside(shop.root), 'run-1.daemon_gone.aside')))('run-1') ?? 0, 'SIGTERM')
    expect((await seen()).map(({ injected }) => injected.fault).sort()).toEqual(['daemon_gone', 'pause'])
    await apply(undo(gone))
    await until(async () => (await verdict(undo(paused))) === 'holds')
    expect(await seen()).toEqual([])
  })
})

describe('a release directory', () => {
  test('is healed of a restart loop by another release, which goes on', async () => {
    await apply(inject('restart_loop', { everyMs: 200 }))
    await until(async () => (await shop.starts()).length >= 3)
    await applyToShop(shop, { kind: 'service.stop', service, host, graceMs: 30_000 })
    const digest = await digestIn(shop, '1.2.2')
    await applyToShop(shop, { kind: 'service.point', service, host, release: '1.2.2', digest })
    await start('1.2.2')
    const pid = await shop.pid()
    await apply(undo(inject('restart_loop', { everyMs: 200 })))
    expect([await shop.pid(), (await shop.starts()).at(-1)]).toEqual([pid, '1.2.2'])
  })

  test('that was brought there again while it was gone stays as it was brought', async () => {
    const gone = inject('image_gone', { release: '1.2.2' })
    await apply(gone)
    await shop.release('1.2.2')
    expect(await apply(undo(gone))).toMatchObject({ ok: true })
    expect(readdirSync(join(shop.base, 'releases')).sort()).toEqual(['1.2.2', '1.3.0'])
  })

  test('in whose place something else stands is not written over', async () => {
    const gone = inject('image_gone', { release: '1.2.2' })
    await apply(gone)
    await shop.release('1.2.2', { says: 'something else' })
    process.kill(keeperIn(placeIn(shop.root))('run-1') ?? 0, 'SIGKILL')
    expect(await apply(undo(gone))).toMatchObject({ ok: false, fault: { code: 'fault.occupied' } })
    expect(await verdict(undo(gone))).toBe('not yet')
    renameSync(join(shop.base, 'releases', '1.2.2'), join(shop.base, 'moved'))
    expect(await apply(undo(gone))).toMatchObject({ ok: true })
  })

  test('that ran under another’s name runs as itself again, once its name is its own', async () => {
    const moved = inject('tag_moved', { release: '1.2.2', instead: '1.3.0' })
    const digest = await digestIn(shop, '1.2.2')
    await apply(moved)
    await applyToShop(shop, { kind: 'service.stop', service, host, graceMs: 30_000 })
    await shop.point('1.2.2')
    await start('1.2.2')
    const wrong = await shop.pid()
    expect(await apply(undo(moved))).toMatchObject({ ok: true })
    const is = await shop.act.observe(instance)
    expect([is.release, is.digest, is.note]).toEqual(['1.2.2', digest, null])
    expect(is.pid).not.toBe(wrong)
  })

  test('that was moved aside, and had nothing in its place when its keeper was killed, gets the other in it', async () => {
    const moved = inject('tag_moved', { release: '1.2.2', instead: '1.3.0' })
    const digests = async () => [await digestIn(shop, '1.2.2'), await digestIn(shop, '1.3.0')]
    const [good, bad] = await digests()
    await apply(moved)
    const pid = keeperIn(placeIn(shop.root))('run-1') ?? 0
    process.kill(pid, 'SIGKILL')
    await until(async () => (await verdict(moved)) === 'not yet')
    renameSync(join(shop.base, 'releases', '1.2.2'), join(placeIn(shop.root), 'run-1.tag_moved.aside.instead'))
    expect(await apply(moved)).toMatchObject({ ok: true })
    expect(await digests()).toEqual([bad, bad])
    expect(await apply(undo(moved))).toMatchObject({ ok: true })
    expect(await digests()).toEqual([good, bad])
  })
})

describe('what cannot be done or would not end by itself is refused before the first inject', () => {
  const asked = (one: InjectFault): Inject => {
    const { inject: id, fault, target, settings, expiresMs } = one
    return {
      id,
      when: { kind: 'time', afterMs: 0 },
      fault,
      target,
      settings,
      expiresMs,
      text: null,
      wantsAnswer: false,
    }
  }
  const why = async (one: InjectFault, act = hands.act): Promise<string> => {
    const able = await act.able(asked(one))
    return able.ok ? 'able' : able.fault.what.replaceAll(shop.root, 'ROOT').replace(/^.*?: /, '')
  }

  test('a release that is not there, or is not named', async () => {
    expect(await why(inject('image_gone'))).toBe('it does not say which release')
    expect(await why(inject('image_gone', { release: '1.0.0' }))).toMatch(/^release 1.0.0 of api is not there/)
    expect(await why(inject('tag_moved', { release: '1.2.2' }))).toBe('it does not say which instead')
    expect(await why(inject('tag_moved', { release: '1.2.2', instead: '1.3.0' }))).toBe('able')
  })

  test('a disk that is not named, is not there, or that Astern or the system stands on', async () => {
    const withDisk = async (path: string): Promise<string> => {
      const { hosts, services } = shop.config
      const other = handsOn(manifestWith({ hosts, services, drill: { disks: { [host]: path } } }), home)
      return why(inject('disk_full'), other.act).finally(other.close)
    }
    expect(await why(inject('disk_full'))).toBe('no disk of it may be filled')
    expect(await withDisk('/nowhere')).toBe('/nowhere is not there')
    expect(await withDisk('/etc')).toBe('/etc is on the file system of /, which is never filled')
    expect(await withDisk(home)).toMatch(/is on the file system of .*, which is never filled$/)
  })

  test('a root that would take along Astern’s home or a database', async () => {
    const { hosts, services } = shop.config
    const inside = handsOn(manifestWith({ hosts, services }), join(shop.root, 'home'))
    expect(await why(inject('daemon_gone'), inside.act)).toBe('ROOT/home lies below ROOT and would go with it')
    const main = { kind: 'sqlite', file: join(shop.root, 'shop.db'), migrations: null, invariants: [] } as const
    const over = handsOn(manifestWith({ hosts, services, databases: { main } }), home)
    expect(await why(inject('daemon_gone'), over.act)).toBe('ROOT/shop.db lies below ROOT and would go with it')
    expect(await why(inject('daemon_gone'))).toBe('able')
    await Promise.all([inside.close(), over.close()])
  })

  test('a database whose table is not there; a way that no proxy is on; a command that nobody declared', async () => {
    const file = join(home, 'shop.db')
    appendFileSync(file, '')
    const { hosts, services } = shop.config
    const main = { kind: 'sqlite', file, migrations: null, invariants: [] } as const
    const all = handsOn(manifestWith({ hosts, services, databases: { main } }), home)
    const on = (fault: InjectFault['fault'], target: InjectFault['target'], settings = {}) =>
      why({ ...inject(fault), target, settings }, all.act)
    expect(await on('statement_failure', { kind: 'database', database: 'main' })).toBe('it does not say which table')
    expect(await on('statement_failure', { kind: 'database', database: 'main' }, { table: 'orders' })).toBe(
      'there is no table orders',
    )
    expect(await on('row_locks', { kind: 'database', database: 'main' })).toBe('able')
    expect(await on('latency', at)).toBe('no proxy is on the way to service api@web-1')
    expect(await on('command', { kind: 'command', command: 'deploy' })).toBe('there is no drill.commands.deploy')
    await all.close()
  })
})
