import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, cp, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/targets/services/releases/digest.ts'
import { apply, digestIn, host, instance, openShop, service, type Shop, until } from '../../contract/services-shop.ts'

let shop: Shop
beforeEach(async () => {
  process.umask(0o022)
  shop = await openShop()
  await shop.release('1.2.2')
  await shop.release('1.3.0')
})
afterEach(() => shop.close())

const at = (...path: string[]): string => join(shop.base, 'releases', ...path)

async function start(release: string): Promise<void> {
  await shop.point(release)
  const outcome = await apply(shop, {
    kind: 'service.start',
    service,
    host,
    release,
    digest: await digestIn(shop, release),
  })
  if (!outcome.ok) throw new Error(outcome.fault.what)
}

/** Anything that takes the run lock, as a person at a shell might. */
async function holdByHand(directory: string, env: Record<string, string>): Promise<number> {
  const child = spawn('flock', ['-n', '-F', join(shop.shared, 'run.lock'), 'sleep', '1000'], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: 'ignore',
  })
  await once(child, 'spawn')
  return until(shop.pid)
}

describe('a service is seen', () => {
  test('as running from the release its process works in, whatever the link says by now', async () => {
    await start('1.3.0')
    await shop.point('1.2.2')
    expect(await shop.act.observe(instance)).toEqual({
      state: 'running',
      release: '1.3.0',
      digest: await digestIn(shop, '1.3.0'),
      pointed: '1.2.2',
      pid: await shop.pid(),
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      note: null,
    })
  })

  test('as stopped, with the release that would start', async () => {
    await shop.point('1.2.2')
    expect(await shop.act.observe(instance)).toEqual({
      state: 'stopped',
      release: '1.2.2',
      digest: await digestIn(shop, '1.2.2'),
      pointed: '1.2.2',
      pid: null,
      since: null,
      note: null,
    })
  })

  test('as missing where the link leads to no release, be it that it leads elsewhere', async () => {
    const missing = {
      state: 'missing',
      release: null,
      digest: null,
      pointed: null,
      pid: null,
      since: null,
      note: `${join(shop.base, 'current')} points at no release`,
    }
    expect(await shop.act.observe(instance)).toEqual(missing)
    await mkdir(join(shop.root, 'elsewhere', '1.2.2'), { recursive: true })
    await symlink(join(shop.root, 'elsewhere', '1.2.2'), join(shop.base, 'current'))
    expect(await shop.act.observe(instance)).toEqual(missing)
  })

  test('as unreachable where the host is not mounted', async () => {
    await rm(shop.root, { recursive: true })
    expect(await shop.act.observe(instance)).toMatchObject({ state: 'unreachable', note: `${shop.root} is not there` })
    expect(await shop.act.probe({ kind: 'service.stop', ...instance, graceMs: 1 }, context)).toMatchObject({
      verdict: 'unclear',
    })
  })

  test('without a digest once its release was deleted under it', async () => {
    await start('1.3.0')
    const pid = await shop.pid()
    await rm(at('1.3.0'), { recursive: true })
    expect(await shop.act.observe(instance)).toMatchObject({
      state: 'running',
      release: '1.3.0',
      digest: null,
      note: `the release that process ${pid} was started from has been deleted`,
    })
  })

  test('as of no known release once its directory was put aside for another of the same name', async () => {
    await start('1.3.0')
    const pid = await shop.pid()
    await rename(at('1.3.0'), at('1.3.0-old'))
    await cp(at('1.2.2'), at('1.3.0'), { recursive: true })
    expect(await shop.act.observe(instance)).toMatchObject({
      release: null,
      digest: null,
      note: `process ${pid} was started as 1.3.0 and works in the directory of 1.3.0-old`,
    })
  })

  test('as held by a stranger, when that is who holds its run lock', async () => {
    const pid = await holdByHand(shop.root, {})
    expect(await shop.act.observe(instance)).toMatchObject({
      state: 'running',
      release: null,
      pid,
      note: `process ${pid} holds the run lock, and was not started from a release`,
    })
  })

  test('as running when a person started it by hand from a release', async () => {
    const pid = await holdByHand(at('1.2.2'), {})
    expect(await shop.act.observe(instance)).toMatchObject({ state: 'running', release: '1.2.2', pid, note: null })
  })

  test.skipIf(process.getuid?.() !== 0)(
    'as running, release unknown, by an account that may not look closer',
    async () => {
      await start('1.3.0')
      const pid = await shop.pid()
      await chmod(shop.root, 0o755)
      const seen = await asNobody(() => shop.act.observe(instance))
      expect(seen).toMatchObject({
        state: 'running',
        release: null,
        digest: null,
        pointed: '1.3.0',
        pid,
        note: `process ${pid} belongs to another account: its release is not known`,
      })
    },
  )
})

const context = { run: 'run-1', environment: 'shop', directory: '/runs/run-1', holder: 'run-1' }

async function asNobody<T>(look: () => Promise<T>): Promise<T> {
  process.seteuid?.(65534)
  try {
    return await look()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a digest', () => {
  const digest = async (...path: string[]): Promise<string | null> => (await digestOf(at(...path))).digest

  test('is the same for a copy, and another for another name, content, executable bit or link', async () => {
    await cp(at('1.2.2'), at('copy'), { recursive: true })
    await symlink('server.mjs', at('1.2.2', 'link'))
    await symlink('server.mjs', at('copy', 'link'))
    const original = await digest('1.2.2')
    expect(await digest('copy')).toBe(original)
    const changes = [
      () => writeFile(at('copy', 'manner.json'), '{}'),
      () => chmod(at('copy', 'manner.json'), 0o755),
      () => rename(at('copy', 'manner.json'), at('copy', 'other.json')),
      () => rm(at('copy', 'link')).then(() => symlink('other.json', at('copy', 'link'))),
    ]
    const seen = [original]
    for (const change of changes) {
      await change()
      seen.push(await digest('copy'))
    }
    expect(new Set(seen).size).toBe(5)
  })

  test('sees a change of the same size whose time was put back', async () => {
    const file = at('1.2.2', 'server.mjs')
    const past = new Date('2020-01-01')
    await writeFile(file, 'one')
    await utimes(file, past, past)
    const before = await digest('1.2.2')
    await writeFile(file, 'two')
    await utimes(file, past, past)
    expect(await digest('1.2.2')).not.toBe(before)
  })

  test('follows no link, so that a link in a circle ends nothing', async () => {
    await symlink('.', at('1.2.2', 'itself'))
    await symlink('/etc', at('1.2.2', 'outside'))
    expect(await digest('1.2.2')).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})

test('releases are complete, or say why they are not', async () => {
  await mkdir(at('1.4.0.partial'))
  await mkdir(at('empty'))
  await mkdir(at('empty', 'below'))
  await writeFile(at('file'), '')
  for (const [name, said] of [
    ['half', '{"complete":false}'],
    ['torn', '{"compl'],
    ['whole', '{"complete":true}'],
  ] as const) {
    await shop.release(name)
    await writeFile(at(name, 'release.json'), said)
  }
  const found = await shop.act.releases(instance)
  expect(found.map(({ release, complete, why }) => [release, complete, why])).toEqual([
    ['1.2.2', true, null],
    ['1.3.0', true, null],
    ['1.4.0.partial', false, 'it is still being unpacked'],
    ['empty', false, 'its directory is empty'],
    ['file', false, 'it is not a directory'],
    ['half', false, 'its release.json says it is not complete'],
    ['torn', false, 'its release.json says it is not complete'],
    ['whole', true, null],
  ])
})

test('files of a release are read by name, and never from outside it', async () => {
  await mkdir(at('1.2.2', 'migrations', 'old'), { recursive: true })
  await writeFile(at('1.2.2', 'migrations', '2_b.sql'), 'two')
  await writeFile(at('1.2.2', 'migrations', '1_a.sql'), 'one')
  expect(await shop.act.files(instance, '1.2.2', 'migrations')).toEqual({
    ok: true,
    value: [
      { name: '1_a.sql', text: 'one' },
      { name: '2_b.sql', text: 'two' },
    ],
  })
  const nowhere = await shop.act.files(instance, '1.2.2', 'db')
  expect(nowhere).toMatchObject({
    ok: false,
    fault: { code: 'release.no-files', what: 'db of release 1.2.2 of api cannot be read: it is not there' },
  })
  expect(await shop.act.files(instance, '1.2.2', '../../shared')).toMatchObject({
    ok: false,
    fault: { what: '../../shared of release 1.2.2 of api cannot be read: it leads out of the release' },
  })
})

test('errors are the last lines that read like one, repeated ones folded, control sequences taken out', async () => {
  const log = join(shop.shared, 'service.log')
  expect(await shop.act.errors(instance, 5)).toEqual([])
  await writeFile(log, 'x'.repeat(200_000))
  await appendFile(
    log,
    [
      '',
      'all is well',
      '2026-11-22T03:12:00.123Z ERROR checkout failed',
      '    at checkout (error.js:1)',
      '\u001b[31mFATAL\u001b[0m no such column',
      '2026-11-22T03:12:01.456Z ERROR checkout failed',
      '',
    ].join('\n'),
  )
  expect(await shop.act.errors(instance, 5)).toEqual([
    'FATAL no such column',
    '2026-11-22T03:12:01.456Z ERROR checkout failed (2 times)',
  ])
  expect(await shop.act.errors(instance, 1)).toEqual(['2026-11-22T03:12:01.456Z ERROR checkout failed (2 times)'])
})
