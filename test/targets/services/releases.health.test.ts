import { readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Service, Timing } from '../../../src/state/manifest.ts'
import type { Outcome } from '../../../src/targets/outcome.ts'
import {
  apply,
  digestIn,
  endHolder,
  host,
  instance,
  type Manner,
  openShop,
  quiet,
  service,
  type Shop,
  until,
} from '../../contract/services-shop.ts'

let shop: Shop
afterEach(() => shop.close())

async function running(manner: Manner, changes: Partial<Service> = {}, times: Partial<Timing> = {}): Promise<void> {
  shop = await openShop(changes, times)
  await shop.release('1.2.2', manner)
  await shop.point('1.2.2')
  await start()
}

async function start(): Promise<void> {
  const digest = await digestIn(shop, '1.2.2')
  const outcome = await apply(shop, { kind: 'service.start', service, host, release: '1.2.2', digest })
  if (!outcome.ok) throw new Error(outcome.fault.what)
}

function awaitHealth(
  release = '1.2.2',
  evidence: (line: string) => void = quiet,
  signal = new AbortController().signal,
): Promise<Outcome> {
  return shop.act.attempt({ kind: 'service.health', service, host, release }, evidence, signal)
}

async function prove(digest?: string): Promise<Outcome> {
  const planned = digest ?? (await digestIn(shop, '1.2.2'))
  const command = { kind: 'service.prove', service, host, release: '1.2.2', digest: planned } as const
  return shop.act.attempt(command, quiet, new AbortController().signal)
}

function fault(outcome: Outcome) {
  if (outcome.ok) throw new Error(`it should have failed, and says: ${outcome.says}`)
  return outcome.fault
}

describe('health is waited for', () => {
  test('until the service was healthy often enough in a row', async () => {
    await running({ warmUp: 2 })
    const lines: string[] = []
    const pid = await shop.pid()
    const outcome = await awaitHealth('1.2.2', line => lines.push(line))
    expect(outcome).toMatchObject({ ok: true, observed: { pid, state: 'healthy' } })
    const healthy = lines.filter(line => line.startsWith('healthy'))
    expect(lines.filter(line => line.startsWith('unhealthy, 0 in a row: ')).length).toBeGreaterThanOrEqual(2)
    expect(healthy.length).toBeGreaterThanOrEqual(3)
    expect(healthy[0]).toBe('healthy, 1 in a row: answers 200')
  })

  test('until its deadline, and what it said last is told', async () => {
    await running({ health: 401 }, {}, { healthDeadlineMs: 600 })
    await until(async () => (await shop.act.health(instance)).note.startsWith('answers 401'))
    expect(await shop.act.health(instance)).toMatchObject({ note: 'answers 401, not 200' })
    expect(fault(await awaitHealth())).toMatchObject({
      code: 'service.unhealthy',
      what: 'api was not healthy within 1 s: answers 401, not 200',
    })
  })

  test('no longer, once that is asked for', async () => {
    await running({ health: 503 })
    await until(async () => (await shop.act.health(instance)).note === 'answers 503, not 200')
    const asked = new AbortController()
    const outcome = await awaitHealth('1.2.2', () => asked.abort(), asked.signal)
    expect(fault(outcome)).toMatchObject({
      code: 'service.no-longer-awaited',
      what: 'The health of api is no longer waited for; it said last: answers 503, not 200',
    })
  })

  test('of the release that was started, and of no other', async () => {
    await running({})
    const pid = await shop.pid()
    expect(fault(await awaitHealth('1.3.0'))).toMatchObject({
      code: 'service.other-release',
      what: `api runs 1.2.2 as process ${pid}, not 1.3.0`,
    })
  })

  test('in vain for a process that ends, and its last words are told', async () => {
    await running({ health: 503, endsAfterLooks: 2 })
    const { code, what, detail } = fault(await awaitHealth())
    expect([code, what]).toEqual(['service.crash-loop', 'api does not run: it ended'])
    expect(detail).toContain('fatal: cannot go on')
  })

  test('in vain when another process takes the place of the first', async () => {
    await running({ health: 503 })
    const replaced: Promise<void>[] = []
    const replace = async (): Promise<void> => {
      await endHolder(join(shop.shared, 'run.lock'))
      await start()
    }
    const outcome = await awaitHealth('1.2.2', () => {
      if (replaced.length === 0) replaced.push(replace())
    })
    await Promise.all(replaced)
    expect(fault(outcome).code).toBe('service.crash-loop')
  })
})

describe('a proof', () => {
  const healthy = async (manner: Manner, changes: Partial<Service> = {}): Promise<void> => {
    await running(manner, changes)
    const outcome = await awaitHealth()
    if (!outcome.ok) throw new Error(outcome.fault.what)
  }

  test('is given by the kernel, by the files, and by the service itself', async () => {
    await healthy({})
    const digest = await digestIn(shop, '1.2.2')
    expect(await prove()).toEqual({
      ok: true,
      observed: { state: 'running', release: '1.2.2', digest, pid: await shop.pid() },
      says: `api is 1.2.2, ${digest.slice(0, 19)}, and says so itself`,
    })
  })

  test('is missing when the process says that it is another version', async () => {
    await healthy({ says: '1.3.0' })
    expect(fault(await prove()).what).toBe('api is not proven to be 1.2.2: it says of itself that it is 1.3.0')
  })

  test('is missing when the service does not say its version', async () => {
    await healthy({}, { identity: { url: 'http://{host}:1/version', json: '$.version' } })
    expect(fault(await prove()).what).toBe(
      'api is not proven to be 1.2.2: it does not say its version: http://127.0.0.1:1/version does not answer: nobody listens there',
    )
  })

  test('is missing when a file was changed under the running process, be it to the same size and time', async () => {
    await healthy({})
    const planned = await digestIn(shop, '1.2.2')
    const file = join(shop.base, 'releases', '1.2.2', 'server.mjs')
    const { atime, mtime } = await stat(file)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('cannot', 'kannot'))
    await utimes(file, atime, mtime)
    expect(fault(await prove(planned)).what).toMatch(
      /^api is not proven to be 1\.2\.2: it is not the one that was recorded \(sha256:[0-9a-f]{12}, not sha256:[0-9a-f]{12}\)$/,
    )
  })
})
