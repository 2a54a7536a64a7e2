import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RecordCommand } from '../../../src/state/command.ts'
import type { Outcome } from '../../../src/targets/outcome.ts'
import { flockFile } from '../../../src/targets/flock.ts'
import { apply, contextOf, host, openShop, type Shop } from '../../contract/services-shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const take: RecordCommand = { kind: 'lock.take', host, reason: 'checkout answers 500' }
const freeze: RecordCommand = { kind: 'freeze.set', host, reason: 'rolling back' }
const record = (name = ''): string => join(shop.root, '.astern', name)

async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid?.(65534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

function code(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.fault.code
}

test('a record can be read by every account and written by its own, whatever the umask', async () => {
  const before = process.umask(0o077)
  try {
    await apply(shop, take)
    await apply(shop, freeze)
  } finally {
    process.umask(before)
  }
  expect((await stat(record())).mode & 0o7777).toBe(0o755)
  for (const name of ['lock.json', 'freeze.json']) expect((await stat(record(name))).mode & 0o7777).toBe(0o644)
})

test('a record holds its files and nothing half-written', async () => {
  await apply(shop, take)
  await apply(shop, freeze)
  await apply(shop, { kind: 'ledger.refuse', host, version: '1.3.0', digests: [] })
  expect((await readdir(record())).sort()).toEqual(['freeze.json', 'lock.json', 'refused.json', 'writing'])
})

test('a lock says all that a person needs who finds it', async () => {
  expect(await apply(shop, take)).toEqual({
    ok: true,
    observed: {
      holder: 'run-1',
      host: 'web-1',
      environment: 'shop',
      run: 'run-1',
      who: 'ana',
      on: hostname(),
      since: '2026-11-22T03:12:00.000Z',
      reason: 'checkout answers 500',
      directory: '/runs/run-1',
    },
    says: 'the lock on web-1 is taken',
  })
  const refused = await apply(shop, take, 'run-2')
  expect(refused).toMatchObject({
    fault: {
      code: 'lock.held',
      what: `The environment is held on web-1 by run run-1 of ana on ${hostname()}, since 2026-11-22T03:12:00.000Z (checkout answers 500)`,
      next: 'Look on with: astern watch run-1. Take it over with: astern attach run-1. Or ask ana to end it: astern stop run-1. Is its bastion lost? Then go on with it here: astern attach run-1 --from-hosts --reason WHY; or begin anew: astern rollback --break-lock run-1 --reason WHY',
    },
  })
})

test('an engine killed between writing its lock and placing it leaves the lock free', async () => {
  await mkdir(record())
  await writeFile(record('lock.run-0.1.partial'), '{"run":"run-0"}')
  expect(code(await apply(shop, take))).toBe('ok')
})

test('a writer that hangs is not waited for without end, and nothing is changed', async () => {
  await mkdir(record())
  const other = await flockFile(record('writing'), 0, 0o644)
  expect(code(await apply(shop, freeze))).toBe('record.busy')
  await other?.close()
  expect(code(await apply(shop, freeze))).toBe('ok')
}, 60_000)

test.each([
  ['lock.json', '{"run": "run-'],
  ['lock.json', '{}'],
  ['ledger.json', '{}'],
  ['ledger.json', '[{"version":"1.2.2"}]'],
  ['refused.json', 'null'],
  ['freeze.json', '""'],
])('a damaged record (%s: %s) is a fault, and is not written over', async (name, text) => {
  await mkdir(record())
  await writeFile(record(name), text)
  const read = await shop.act.record(host)
  expect(read).toMatchObject({ ok: false, fault: { code: 'record.broken' } })
  expect(read.ok ? '' : read.fault.what).toContain(record(name))
  for (const command of [take, freeze]) expect(code(await apply(shop, command))).toBe('record.broken')
  expect(await shop.act.probe(freeze, contextOf())).toMatchObject({ verdict: 'unclear' })
})

test('below a host that is not mounted no record begins', async () => {
  await rm(shop.root, { recursive: true })
  expect(await shop.act.record(host)).toMatchObject({ ok: false, fault: { code: 'record.unreachable' } })
  expect([code(await apply(shop, take)), code(await apply(shop, freeze))]).toEqual([
    'record.unreachable',
    'record.not-written',
  ])
  await expect(stat(shop.root)).rejects.toThrow('ENOENT')
})

test.skipIf(process.getuid?.() !== 0)(
  'an account that may only look reads the record, and is told who holds it',
  async () => {
    await chmod(shop.root, 0o755)
    expect(code(await asNobody(() => apply(shop, take, 'run-2')))).toBe('record.not-written')
    await apply(shop, take)
    const [read, refused, other] = await asNobody(async () => [
      await shop.act.record(host),
      await apply(shop, take, 'run-2'),
      await apply(shop, freeze, 'run-2'),
    ])
    expect(read).toMatchObject({ ok: true, value: { lock: { run: 'run-1', who: 'ana' } } })
    expect(refused).toMatchObject({ ok: false, fault: { code: 'lock.held' }, observed: { run: 'run-1' } })
    expect(other).toMatchObject({
      ok: false,
      fault: { what: 'The record of the environment on web-1 could not be written: this account may not' },
    })
  },
)
