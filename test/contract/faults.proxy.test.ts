import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import type { InjectFault } from '../../src/state/drill/command.ts'
import type { Manifest } from '../../src/state/manifest.ts'
import { freePort } from '../../src/targets/rooms/free-port.ts'
import { handsOn, manifestWith, type Hands } from './faults-stage.ts'
import { faultContract, type FaultWorld } from './faults-suite.ts'
import { contextOf, permitFor, quiet } from './services-shop.ts'

const service = { kind: 'service', service: 'api', host: 'web-1' } as const
const laterMs = 600

type Case = {
  readonly fault: InjectFault['fault']
  readonly target: InjectFault['target']
  readonly settings?: InjectFault['settings']
  readonly isHurt: (ask: Ask) => Promise<boolean>
}
type Ask = () => Promise<{ readonly status: number; readonly text: string } | string>

const cases: readonly Case[] = [
  { fault: 'latency', target: service, settings: { everyMs: laterMs }, isHurt: ask => isSlow(ask) },
  { fault: 'errors', target: service, isHurt: async ask => answers(await ask(), 503) },
  { fault: 'cut_off', target: service, isHurt: async ask => (await ask()) === 'ECONNRESET' },
  {
    fault: 'daemon_gone',
    target: { kind: 'host', host: 'web-1' },
    isHurt: async ask => typeof (await ask()) === 'string',
  },
  {
    fault: 'channel_down',
    target: { kind: 'channel', channel: 'game' },
    isHurt: async ask => answers(await ask(), 503),
  },
]

describe('a proxy that is told over a socket’s file', () => {
  for (const one of cases) faultContract(one.fault, () => worldOf(one, 'unix'))
})

describe('a proxy that is told over a port', () => {
  faultContract('errors', () =>
    worldOf({ ...cases[1], fault: 'errors', target: service, isHurt: async ask => answers(await ask(), 503) }, 'tcp'),
  )
})

describe('a proxy', () => {
  const inject = (fault: InjectFault['fault']): InjectFault => ({
    kind: 'drill.inject',
    inject: fault,
    fault,
    target: service,
    settings: {},
    expiresMs: 600_000,
  })
  const put = (hands: Hands, fault: InjectFault['fault']) =>
    hands.act.apply(inject(fault), permitFor(inject(fault)), contextOf(), quiet)

  test('cuts what goes through it already, and not only what comes', async () => {
    const stage = await openStage('tcp', service)
    try {
      const going = connect({ port: stage.port, host: '127.0.0.1' })
      await once(going, 'connect')
      const ended = Promise.withResolvers<void>()
      going.on('error', () => undefined).on('close', () => ended.resolve())
      expect(await put(stage.hands, 'cut_off')).toMatchObject({ ok: true })
      await ended.promise
    } finally {
      await stage.close()
    }
  })

  test('answers one who waits to be spoken to in the words of mail', async () => {
    const stage = await openStage('tcp', service)
    try {
      await put(stage.hands, 'errors')
      const waits = connect({ port: stage.port, host: '127.0.0.1' })
      const [words] = (await once(waits.setEncoding('utf8'), 'data')) as [string]
      expect(words).toMatch(/^421 /)
    } finally {
      await stage.close()
    }
  })

  test('that is started again where one was killed stands, and knows no fault', async () => {
    const stage = await openStage('unix', service)
    try {
      await put(stage.hands, 'errors')
      stage.proxy().kill('SIGKILL')
      await once(stage.proxy(), 'exit')
      expect(
        await stage.hands.act.probe({ kind: 'drill.undo', injected: inject('errors') }, contextOf()),
      ).toMatchObject({
        verdict: 'unclear',
      })
      await stage.start()
      expect((await stage.hands.act.seen()).flatMap(one => (one.ok ? one.value : []))).toEqual([])
      expect(await stage.ask()).toEqual({ status: 200, text: 'well' })
    } finally {
      await stage.close()
    }
  })

  test('that knows nothing any more of what it was told is not taken for one that is not there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'astern-proxy-'))
    const socket = join(directory, 'told')
    const routes = { 'service api@web-1': { kind: 'tcp', host: '127.0.0.1', port: 1 } }
    const forgets = createServer((_, answer) => answer.end(JSON.stringify({ routes, faults: [] }))).listen(socket)
    await once(forgets, 'listening')
    const hands = handsOn(manifestWith({ drill: { proxies: [`unix://${socket}`] } }), directory)
    try {
      expect(await put(hands, 'errors')).toEqual({
        ok: false,
        fault: {
          code: 'fault.not-so',
          what: 'To answer errors for api on web-1 was done, and another look does not find it so: no proxy disturbs anything for it',
          means: 'It may have ended by itself meanwhile, or somebody else is at work there.',
          next: 'Look at the target, then try again.',
        },
        observed: null,
      })
    } finally {
      await hands.close()
      forgets.close()
      rmSync(directory, { recursive: true, force: true })
    }
  })

  test('refuses a drill where no proxy is on the way, or the way does not lead through it', async () => {
    const stage = await openStage('unix', { kind: 'host', host: 'web-1' })
    try {
      const about = {
        id: 'one',
        when: { kind: 'time', afterMs: 0 },
        settings: {},
        expiresMs: 1,
        text: null,
        wantsAnswer: false,
      } as const
      const past = handsOn(
        {
          ...stage.manifest,
          hosts: { 'web-1': { kind: 'docker', endpoint: { kind: 'unix', path: '/run/other.sock' }, address: '' } },
        },
        stage.directory,
      )
      const host = { ...about, fault: 'daemon_gone', target: { kind: 'host', host: 'web-1' } } as const
      expect(await past.act.able(host)).toMatchObject({
        ok: false,
        fault: { what: expect.stringContaining('is reached at unix:///run/other.sock') },
      })
      expect(await stage.hands.act.able(host)).toMatchObject({ ok: true })
      expect(await stage.hands.act.able({ ...about, fault: 'cut_off', target: service })).toMatchObject({
        ok: false,
        fault: { what: 'Inject one cannot be done: no proxy is on the way to service api@web-1' },
      })
    } finally {
      await stage.close()
    }
  })
})

function answers(said: Awaited<ReturnType<Ask>>, status: number): boolean {
  return typeof said === 'object' && said.status === status
}

/** Of several answers on a busy machine one is quick, unless all are kept. */
async function isSlow(ask: Ask): Promise<boolean> {
  for (let turn = 0; turn < 5; turn += 1) {
    const began = performance.now()
    await ask()
    if (performance.now() - began < laterMs) return false
  }
  return true
}

async function worldOf({ fault, target, settings = {}, isHurt }: Case, control: 'unix' | 'tcp'): Promise<FaultWorld> {
  const stage = await openStage(control, target)
  return {
    ...stage.hands,
    fault: { fault, target, settings },
    target: stage.ask,
    isHurt: () => isHurt(stage.ask),
    close: stage.close,
  }
}

/** A server, the proxy in front of it, and an environment that goes through it. Everything but services goes over sockets' files. */
async function openStage(control: 'unix' | 'tcp', target: InjectFault['target']) {
  const directory = mkdtempSync(join(tmpdir(), 'astern-proxy-'))
  const server = createServer((_, answer) => answer.end('well'))
  const port = await freePort()
  const isHost = target.kind === 'host'
  const [behind, front] = [join(directory, 'behind'), join(directory, 'front')]
  if (isHost) server.listen(behind)
  else server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = server.address()
  const to = typeof at === 'object' && at !== null ? `tcp://127.0.0.1:${at.port}` : `unix://${behind}`
  const told = control === 'unix' ? `unix://${directory}/told` : `http://127.0.0.1:${await freePort()}`
  const name = isHost ? 'host web-1' : target.kind === 'channel' ? 'channel game' : 'service api@web-1'
  const file = join(directory, 'proxy.yaml')
  const listen = isHost ? `unix://${front}` : `tcp://127.0.0.1:${port}`
  writeFileSync(file, `control: ${told}\nroutes:\n  ${name}: { listen: "${listen}", to: "${to}" }\n`)
  let proxy = await startProxy(file)
  const manifest: Manifest = manifestWith({
    hosts: { 'web-1': { kind: 'docker', endpoint: { kind: 'unix', path: front }, address: '127.0.0.1' } },
    drill: { proxies: [told] },
  })
  const all = handsOn(manifest, directory)
  // Behind it is no Engine, and whoever looks for faults of an Engine's own says so.
  const seen = async () => (await all.act.seen()).filter(({ ok }) => ok)
  const hands = { ...all, act: { ...all.act, seen } }
  return {
    directory,
    port,
    manifest,
    hands,
    proxy: () => proxy,
    start: async () => void (proxy = await startProxy(file)),
    ask: () => ask(isHost ? { socketPath: front } : { host: '127.0.0.1', port }),
    close: async () => {
      await hands.close()
      if (proxy.exitCode === null && proxy.signalCode === null) {
        proxy.kill('SIGTERM')
        await once(proxy, 'exit')
      }
      server.closeAllConnections()
      server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function startProxy(file: string): Promise<ChildProcess> {
  const entry = resolve(import.meta.dirname, '../../src/drill-proxy.ts')
  const child = spawn(process.execPath, [entry, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('the proxy stands')) return child
  throw new Error('the proxy does not stand')
}

/** What comes of one request, on a connection of its own: an answer, or the system's word. */
async function ask(to: { readonly host: string; readonly port: number } | { readonly socketPath: string }) {
  const { promise, resolve: done } = Promise.withResolvers<
    { readonly status: number; readonly text: string } | string
  >()
  get({ ...to, agent: false }, answer => {
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk))
    answer.on('end', () => done({ status: answer.statusCode ?? 0, text }))
  }).on('error', error => done('code' in error ? String(error.code) : error.message))
  return promise
}
