import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { processesBelow } from '../../demo/processes.ts'
import { gateOf } from '../../src/state/gates.ts'
import { endEngines, stateOf, untilRun } from '../../test/live/support.ts'
import { openTty } from './tty.ts'

/** As people start it. */
const astern = resolve(import.meta.dirname, '../../bin/astern.mjs')

/** Services that all run, on hosts of release directories, and what asks them for their health. */
export type Ground = {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly command: (...args: readonly string[]) => readonly string[]
  readonly close: () => Promise<void>
}

/** A live run over them, waiting for a decision. */
export type Fleet = Omit<Ground, 'home'> & {
  readonly directory: string
  readonly run: string
  readonly enginePid: number
}

/** `bad`: so many services run 1.3.0 on every host, and everything ran 1.2.2 when that was recorded; else all run 1.3.0 and nothing is recorded. */
export type Size = {
  readonly hosts: number
  readonly services: number
  readonly probeEvery: string
  readonly bad?: number
}

export async function openFleet(size: Size): Promise<Fleet> {
  const { home, ...ground } = await openGround(size)
  const opening = openTty(ground.command('rollback'), { env: ground.env })
  try {
    const directory = await untilRun(home, run => gateOf(run)?.kind === 'decide', 'the run waits', 240_000)
    return { ...ground, directory, run: basename(directory), enginePid: stateOf(directory).engine?.pid ?? 0 }
  } catch (error) {
    process.stderr.write(opening.raw())
    await ground.close()
    throw error
  } finally {
    opening.close()
  }
}

export async function openGround({ hosts, services, probeEvery, bad = 0 }: Size): Promise<Ground> {
  const root = mkdtempSync(join(tmpdir(), 'astern-bench-console-'))
  const home = join(root, 'home')
  const health = await openHealth()
  const names = Array.from({ length: hosts }, (_, at) => `web-${at + 1}`)
  const started: ChildProcess[] = []
  const all = Array.from({ length: services }, (_, at) => `service-${at + 1}`)
  const bases = (some: readonly string[]): readonly string[] =>
    names.flatMap(host => some.map(service => join(root, host, service)))
  const begun = bad > 0 ? '1.2.2' : '1.3.0'
  for (const base of bases(all)) started.push(runService(base, begun))
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
    for (const { pid } of started) if (pid !== undefined) kill(-pid)
    for (const pid of processesBelow(root)) kill(pid)
    health.close()
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    if (bad > 0) {
      const [node = '', ...args] = command('record', '--version', '1.2.2')
      execFileSync(node, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
      const ends = started.map(child => once(child, 'exit'))
      started.forEach(({ pid = 0 }, at) => at % services < bad && kill(-pid))
      await Promise.all(ends.filter((_, at) => at % services < bad))
      for (const base of bases(all.slice(0, bad))) started.push(runService(base, '1.3.0'))
    }
    return { home, env, command, close }
  } catch (error) {
    await close()
    throw error
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Laid out as release directories are, and holding its run lock. */
function runService(base: string, version: string): ChildProcess {
  const release = join(base, 'releases', version)
  mkdirSync(release, { recursive: true })
  mkdirSync(join(base, 'shared'), { recursive: true })
  writeFileSync(join(release, 'release.json'), `{"version":"${version}"}\n`)
  rmSync(join(base, 'current'), { force: true })
  symlinkSync(join('releases', version), join(base, 'current'))
  const child = spawn('flock', ['-n', '-F', join(base, 'shared', 'run.lock'), 'sleep', '86400'], {
    cwd: release,
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], ASTERN_RELEASE: version },
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
      max_parallel: 10,
      release: { path: `service-${at + 1}`, start: ['sleep', '86400'] },
      health: { http: `http://127.0.0.1:${port}/service-${at + 1}` },
    },
  ])
  return stringify({
    environment: { name: 'bench', class: 'drill' },
    hosts: Object.fromEntries(names.map(name => [name, { releases: join(root, name) }])),
    services: Object.fromEntries(all),
    timing: { probe_interval: probeEvery, consecutive: 1, stable: '100ms', watch: '1s' },
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
