import { spawn } from 'node:child_process'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Service } from '../../../src/state/manifest.ts'
import type { Outcome } from '../../../src/targets/outcome.ts'
import { releasesAct } from '../../../src/targets/services/releases/act.ts'
import { flockFile } from '../../../src/targets/flock.ts'
import {
  apply,
  contextOf,
  digestIn,
  endHolder,
  host,
  instance,
  isThere,
  openShop,
  permitFor,
  quiet,
  service,
  type Shop,
  until,
} from '../../contract/services-shop.ts'

let shop: Shop
afterEach(() => shop.close())

async function opened(changes: Partial<Service> = {}, manner: Parameters<Shop['release']>[1] = {}): Promise<void> {
  shop = await openShop(changes)
  await shop.release('1.2.2', manner)
  await shop.point('1.2.2')
}

/** A service that is no Node program: `argv` as the manifest has it. */
function running(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  return opened({ release: { path: 'srv/api', start: argv, env }, health: null, identity: null })
}

async function start(): Promise<Outcome> {
  return apply(shop, { kind: 'service.start', service, host, release: '1.2.2', digest: await digestIn(shop, '1.2.2') })
}

function stop(graceMs: number): Promise<Outcome> {
  return apply(shop, { kind: 'service.stop', service, host, graceMs })
}

function fault(outcome: Outcome) {
  if (outcome.ok) throw new Error(`it should have failed, and says: ${outcome.says}`)
  return outcome.fault
}

describe('a start', () => {
  test('gives the process its release as directory, its declared environment, and nothing else of ours', async () => {
    process.env['A_SECRET_OF_THE_ENGINE'] = 'hidden'
    await running(['sleep', '1000'], { PASSWORD: 'env:SHOP' })
    const begun = await start()
    delete process.env['A_SECRET_OF_THE_ENGINE']
    const pid = await shop.pid()
    expect(begun).toEqual({
      ok: true,
      observed: { pid, release: '1.2.2' },
      says: `api 1.2.2 runs as process ${pid}`,
    })
    const environ = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(entry => entry !== '')
    const inherited = ['HOME', 'LANG', 'PATH'].filter(name => process.env[name] !== undefined)
    expect(new Set(environ.map(entry => entry.split('=')[0]))).toEqual(
      new Set(['ASTERN_RELEASE', 'ASTERN_SERVICE', 'PASSWORD', ...inherited]),
    )
    expect(environ).toContain('PASSWORD=resolved SHOP')
    expect(environ).toContain('ASTERN_SERVICE=api')
    expect(await readlink(`/proc/${pid}/cwd`)).toBe(join(shop.base, 'releases', '1.2.2'))
  })

  test('passes the log and the run lock on, and no lock of the engine', async () => {
    await running(['sleep', '1000'])
    const ours = await flockFile(join(shop.root, 'engine.lock'), 0, 0o600)
    await start()
    const pid = await shop.pid()
    const open = await Promise.all((await readdir(`/proc/${pid}/fd`)).map(fd => readlink(`/proc/${pid}/fd/${fd}`)))
    expect(open.filter(path => path.startsWith(shop.root)).sort()).toEqual([
      join(shop.shared, 'run.lock'),
      join(shop.shared, 'service.log'),
      join(shop.shared, 'service.log'),
    ])
    await ours?.close()
    const again = await flockFile(join(shop.root, 'engine.lock'), 0, 0o600)
    expect(again).not.toBeNull()
    await again?.close()
    expect((await stat(join(shop.shared, 'service.log'))).mode & 0o777).toBe(0o600)
  })

  test('names the release directory where the arguments ask for it', async () => {
    await running(['sh', '-c', 'echo "$0" > "$SHARED/said"; exec sleep 1000', '{release}/x'], { SHARED: '' })
    const { config } = shop
    const api = config.services[service]
    if (api?.release == null) throw new Error('no api')
    const services = { [service]: { ...api, release: { ...api.release, env: { SHARED: shop.shared } } } }
    shop = { ...shop, act: releasesAct({ ...config, services }) }
    expect((await start()).ok).toBe(true)
    expect(await readFile(join(shop.shared, 'said'), 'utf8')).toBe(`${join(shop.base, 'releases', '1.2.2')}/x\n`)
  })

  test('that ends at once is a fault with its last words', async () => {
    await running(['sh', '-c', 'echo "fatal: no such column" >&2; exit 3'])
    expect(fault(await start())).toEqual({
      code: 'service.will-not-start',
      what: 'api 1.2.2 did not start: it ended at once (3)',
      means: 'The service is down.',
      next: `Read ${shop.shared}/service.log. Then retry, skip with a reason, or undo.`,
      detail: 'fatal: no such column',
    })
  })

  test('of a program that is not there is a fault that names it', async () => {
    await running(['/no/such/program'])
    const { code, detail } = fault(await start())
    expect(code).toBe('service.will-not-start')
    expect(detail).toContain('/no/such/program')
  })

  test('without a secret it needs is refused, and nothing is started', async () => {
    await running(['sleep', '1000'], { PASSWORD: 'env:SHOP' })
    const act = releasesAct({ ...shop.config, resolve: async () => Promise.reject(new Error('env:SHOP is not there')) })
    const command = {
      kind: 'service.start',
      service,
      host,
      release: '1.2.2',
      digest: await digestIn(shop, '1.2.2'),
    } as const
    const refused = fault(await act.apply(command, permitFor(command), contextOf(), quiet))
    expect(refused).toMatchObject({
      code: 'service.secret-missing',
      what: 'api 1.2.2 was not started: PASSWORD has no value: env:SHOP is not there',
    })
    expect(await shop.pid()).toBeNull()
  })

  test('leaves another release alone that runs already', async () => {
    await opened()
    await start()
    const before = await shop.pid()
    await shop.release('1.3.0')
    await shop.point('1.3.0')
    const digest = await digestIn(shop, '1.3.0')
    const refused = fault(await apply(shop, { kind: 'service.start', service, host, release: '1.3.0', digest }))
    expect(refused).toMatchObject({
      code: 'service.other-release',
      what: `api 1.3.0 was not started: 1.2.2 runs as process ${before}`,
    })
    expect([await shop.pid(), await shop.starts()]).toEqual([before, ['1.2.2']])
  })

  test('of a service that closes its run lock is ended again, because nobody could tell that it runs', async () => {
    const closing = 'for fd in 3 4 5 6 7 8 9; do eval "exec $fd>&-"; done; echo $$ > "$0/pid"; exec sleep 1000'
    await running(['sh', '-c', closing, '{release}/..'])
    expect(fault(await start())).toMatchObject({
      what: 'api 1.2.2 did not start: it closed its run lock, so nobody could tell that it runs; it was ended again',
    })
    const pid = Number(await readFile(join(shop.base, 'releases', 'pid'), 'utf8'))
    await until(() => !isThere(pid))
  })
})

describe('a stop', () => {
  test('waits for a process that ends by itself', async () => {
    await opened()
    await start()
    const pid = await shop.pid()
    expect(await stop(60_000)).toEqual({
      ok: true,
      observed: { pid, killed: false },
      says: `process ${pid} ended after SIGTERM`,
    })
    expect(await shop.pid()).toBeNull()
  })

  test('says so when SIGKILL was needed', async () => {
    await opened({}, { stubborn: true })
    await start()
    const pid = await shop.pid()
    await until(async () => (await shop.starts()).length === 1 && (await shop.act.health(instance)).state === 'healthy')
    expect(await stop(200)).toEqual({
      ok: true,
      observed: { pid, killed: true },
      says: `process ${pid} was still there 0.2 s after SIGTERM: SIGKILL was needed`,
    })
    expect(await shop.pid()).toBeNull()
  })

  test('ends what the service left behind, too', async () => {
    await running(['sh', '-c', 'sleep 1000 & sleep 1000; true'])
    await start()
    const leader = await shop.pid()
    const children = await until(async () => {
      const all = (await readFile(`/proc/${leader}/task/${leader}/children`, 'utf8')).trim().split(' ')
      return all.length === 2 && all.map(Number)
    })
    expect(await stop(200)).toMatchObject({ ok: true, observed: { pid: leader, killed: true } })
    await until(() => !children.some(isThere))
  })

  test('is not done while another process is about to take the run lock', async () => {
    await opened()
    await start()
    const pid = await shop.pid()
    const next = spawn('flock', [join(shop.shared, 'run.lock'), 'sleep', '1000'])
    await until(async () => (await readFile('/proc/locks', 'utf8')).includes(`-> FLOCK  ADVISORY  WRITE ${next.pid} `))
    next.kill('SIGSTOP')
    const evidence = (line: string): void => void (line.includes('SIGKILL') && next.kill('SIGCONT'))
    const command = { kind: 'service.stop', service, host, graceMs: 500 } as const
    expect(await shop.act.apply(command, permitFor(command), contextOf('run-1'), evidence)).toMatchObject({
      ok: true,
      observed: { pid, killed: true },
    })
    expect([await shop.pid(), isThere(next.pid ?? 0)]).toEqual([null, false])
  })

  test('leaves a process alone that took the number and not the lock', async () => {
    await opened()
    await start()
    await endHolder(join(shop.shared, 'run.lock'))
    expect(await stop(1_000)).toEqual({ ok: true, observed: { pid: null, killed: false }, says: 'it did not run' })
  })
})
