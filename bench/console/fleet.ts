import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { gateOf } from '../../src/state/gates.ts'
import { endEngines, stateOf, untilRun } from '../../test/live/support.ts'
import { openTty } from './tty.ts'

/** As people start it. */
const astern = resolve(import.meta.dirname, '../../bin/astern.mjs')

/** A live run, waiting for a decision, over services that all run and are asked for their health all the time. */
export type Fleet = {
  readonly directory: string
  readonly run: string
  readonly enginePid: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly command: (...args: readonly string[]) => readonly string[]
  readonly close: () => Promise<void>
}

export type Size = { readonly hosts: number; readonly services: number; readonly probeEvery: string }

export async function openFleet({ hosts, services, probeEvery }: Size): Promise<Fleet> {
  const root = mkdtempSync(join(tmpdir(), 'astern-bench-console-'))
  const home = join(root, 'home')
  const health = await openHealth()
  const names = Array.from({ length: hosts }, (_, at) => `web-${at + 1}`)
  const started: ChildProcess[] = []
  for (const host of names)
    for (let at = 1; at <= services; at += 1) started.push(runService(join(root, host, `service-${at}`)))
  const file = join(root, 'astern.yaml')
  writeFileSync(file, manifest({ root, names, services, probeEvery, port: health.port }), { mode: 0o600 })
  const env = { ...process.env, ASTERN_HOME: home, LANG: 'C.UTF-8', CI: undefined }
  const command = (...args: readonly string[]): readonly string[] => [
    process.execPath,
    astern,
    ...args,
    '--config',
    file,
  ]
  const close = async (): Promise<void> => {
    await endEngines(home)
    for (const { pid } of started) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    health.close()
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  }
  const opening = openTty(command('rollback'), { env })
  try {
    const directory = await untilRun(home, run => gateOf(run)?.kind === 'decide', 'the run waits', 240_000)
    return { directory, run: basename(directory), enginePid: stateOf(directory).engine?.pid ?? 0, env, command, close }
  } catch (error) {
    process.stderr.write(opening.raw())
    await close()
    throw error
  } finally {
    opening.close()
  }
}

/** Laid out as release directories are, and holding its run lock. */
function runService(base: string): ChildProcess {
  const release = join(base, 'releases', '1.3.0')
  mkdirSync(release, { recursive: true })
  mkdirSync(join(base, 'shared'))
  writeFileSync(join(release, 'release.json'), '{"version":"1.3.0"}\n')
  symlinkSync(join('releases', '1.3.0'), join(base, 'current'))
  const child = spawn('flock', ['-n', '-F', join(base, 'shared', 'run.lock'), 'sleep', '86400'], {
    cwd: release,
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], ASTERN_RELEASE: '1.3.0' },
  })
  child.unref()
  return child
}

type Facts = {
  readonly root: string
  readonly names: readonly string[]
  readonly services: number
  readonly probeEvery: string
  readonly port: number
}

function manifest({ root, names, services, probeEvery, port }: Facts): string {
  const all = Array.from({ length: services }, (_, at) => [
    `service-${at + 1}`,
    {
      hosts: names,
      release: { path: `service-${at + 1}`, start: ['sleep', '86400'] },
      health: { http: `http://127.0.0.1:${port}/service-${at + 1}` },
    },
  ])
  return stringify({
    environment: { name: 'bench', class: 'drill' },
    hosts: Object.fromEntries(names.map(name => [name, { releases: join(root, name) }])),
    services: Object.fromEntries(all),
    timing: { probe_interval: probeEvery },
  })
}

/** In a process of its own, so that answering costs those who are measured nothing. Answers take one to twenty milliseconds. */
async function openHealth(): Promise<{ readonly port: number; readonly close: () => void }> {
  const script =
    'const s=require("http").createServer((q,a)=>setTimeout(()=>a.end("ok"),1+Math.random()*20));s.listen(0,"127.0.0.1",()=>console.log(s.address().port))'
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return { port: Number(String(chunk)), close: () => void child.kill('SIGKILL') }
}
