import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createHash } from 'node:crypto'
import { createShop, good, type ShopOptions } from '../../demo/environment.ts'
import type { Shop } from '../../demo/stage.ts'
import { readLines } from '../../src/state/chain.ts'
import type { Line } from '../../src/state/event.ts'
import { replay } from '../../src/state/reduce.ts'
import type { RunState } from '../../src/state/run-state.ts'

export const cli = resolve(import.meta.dirname, '../../dist/cli.js')

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A shop that went wrong, a home of its own, and the built program to roll it back with. */
export type Stage = {
  readonly shop: Shop
  readonly home: string
  readonly astern: (args: readonly string[], options?: RunOptions) => Promise<Ran>
  readonly start: (args: readonly string[], options?: RunOptions) => ChildProcess
  readonly close: () => Promise<void>
}

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>
  readonly home?: string
  readonly uid?: number
}

/** `prepare`: done to the good release before it is recorded. */
export type StageOptions = Partial<ShopOptions> & { readonly prepare?: (shop: Shop) => void | Promise<void> }

export async function openStage({ prepare, ...options }: StageOptions = {}): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  const start = (
    shop: Shop,
    args: readonly string[],
    { env = {}, home: other = home, uid }: RunOptions = {},
  ): ChildProcess =>
    spawn(process.execPath, [cli, ...args, '--config', shop.manifestFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { ...process.env, ...shop.env, ASTERN_HOME: other, ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
  const recordGood = async (shop: Shop): Promise<void> => {
    await prepare?.(shop)
    const ran = await finished(start(shop, ['record', '--version', good]))
    if (ran.code !== 0) throw new Error(`record: ${ran.stderr}`)
  }
  const shop = await createShop({ bad: '1.3.0', orderEveryMs: 100, afterGood: recordGood, ...options })
  return {
    shop,
    home,
    start: (args, more) => start(shop, args, more),
    astern: (args, more) => finished(start(shop, args, more)),
    close: async () => {
      await endEngines(home)
      await shop.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export function finished(child: ChildProcess): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  return new Promise(done => child.on('close', code => done({ code, stdout, stderr })))
}

/** The whole rollback, headless, with the hash of the plan it will propose. */
export async function rollbackArgs(
  stage: Stage,
  options: readonly string[] = [],
  run: RunOptions = {},
): Promise<readonly string[]> {
  const planned = await stage.astern(['plan', '--json', ...options], run)
  const { hash } = JSON.parse(planned.stdout) as { hash: string }
  return ['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash, ...options]
}

/** Its plan is read first, as whoever approves it by hash does. */
export async function undoByHash(stage: Stage, run: string): Promise<Ran> {
  const args = ['undo', basename(run), '--headless', '--confirm', 'shop', '--confirm', 'main']
  const held = await stage.astern(args)
  if (held.code !== 4) return held
  const undoing = runsOf(stage.home).at(-1) ?? ''
  const hash = stateOf(undoing).plan?.hash ?? ''
  await stage.astern(['stop', basename(undoing), '--reason', 'to approve it by its hash'])
  return stage.astern([...args, '--confirm-plan', hash])
}

/** Directories of the rollbacks and undos in a home, oldest first; errands left out. */
export function runsOf(home: string): readonly string[] {
  const runs = join(home, 'runs')
  const names = existsSync(runs) ? readdirSync(runs).map(name => join(runs, name)) : []
  return names.sort().filter(directory => stateOf(directory).run?.purpose.kind !== 'errand')
}

export function linesOf(directory: string): readonly Line[] {
  try {
    return readLines(readFileSync(join(directory, 'journal.jsonl')), text =>
      createHash('sha256').update(text).digest('hex'),
    ).lines
  } catch {
    return []
  }
}

/** Of each journal, by its file and its length when it was replayed: it is looked at many times a second, and seldom longer. */
const replayed = new Map<string, { readonly as: string; readonly state: RunState }>()

export function stateOf(directory: string): RunState {
  const file = join(directory, 'journal.jsonl')
  const { ino, size, mtimeNs } = statSync(file, { bigint: true, throwIfNoEntry: false }) ?? {}
  const as = [ino, size, mtimeNs].join()
  const known = replayed.get(file)
  if (known?.as === as) return known.state
  const state = replay(linesOf(directory))
  replayed.set(file, { as, state })
  return state
}

/** Waits until something is so. A minute in vain is a fault, and says what was waited for. */
export async function until<T>(look: () => T | null | undefined | false, what: string, ms = 60_000): Promise<T> {
  const deadline = performance.now() + ms
  for (;;) {
    const seen = look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise(done => setTimeout(done, 20))
  }
}

/** The newest run of a home once its state is like this. */
export function untilRun(home: string, is: (state: RunState) => boolean, what: string, ms?: number): Promise<string> {
  return until(() => runsOf(home).find(directory => is(stateOf(directory))), what, ms)
}

/** Ends the engines that a home's runs still have, by the ids they journaled. */
export async function endEngines(home: string): Promise<void> {
  const runs = existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []
  const pids = runs.flatMap(name => stateOf(join(home, 'runs', name)).engine?.pid ?? [])
  for (const pid of pids) {
    if (isEngine(pid)) process.kill(pid, 'SIGKILL')
    await until(() => !isEngine(pid), `engine ${pid} has ended`)
  }
}

export function isEngine(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dist/engine.js')
  } catch {
    return false
  }
}

export function rowsOf(file: string, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(file, { timeout: 5000 })
  try {
    return database.prepare(sql).all() as Record<string, unknown>[]
  } finally {
    database.close()
  }
}

/** How often each service was started, counted where it starts. */
export function startsOf(shop: Shop, service: string): readonly string[] {
  const text = readFileSync(join(shop.root, 'host', service, 'shared', 'starts.log'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
}
