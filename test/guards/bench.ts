import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runsBuilt } from './built.ts'
import type { Checkout } from './checkout.ts'
import type { Asked, Trial } from './trial.ts'

/** Runs tests in a copy, one at a time, with nothing of one left for the next. */
export type Bench = {
  /** Built first where the tests run what is built. Null: it was ended. */
  readonly run: (test: string, name: string | null) => Promise<Trial | null>
  /** Ends what runs, once its test has put away what it made. A second time: at once. */
  readonly end: () => void
}

export function openBench({ root, scratch }: Checkout): Bench {
  let end = (): void => undefined
  let ended = 0
  const start = async (script: readonly string[]): Promise<Ended> => {
    const child = spawn(process.execPath, script, {
      cwd: root,
      env: { ...process.env, TMPDIR: scratch, [mark]: root },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    })
    end = () => child.connected && child.send('end')
    let said: unknown = null
    let text = ''
    child.on('message', message => (said = message))
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (text += String(chunk)))
    const [code = null] = (await once(child, 'exit')) as (number | null)[]
    end = () => undefined
    return { code, said, last: text.trim().split('\n').at(-1) ?? '' }
  }
  return {
    run: async (test, name) => {
      if (ended > 0) return null
      if (runsBuilt(root, test)) {
        const { code, last } = await start([join(root, 'bin/build.mjs'), '--force'])
        if (code !== 0 && ended === 0) return nothingBut(`it does not build: ${last}`)
      }
      if (ended > 0) return null
      const asked: Asked = { root, test, name }
      const trial = resolve(import.meta.dirname, 'trial.ts')
      const { said, last } = await start(['--disable-warning=ExperimentalWarning', trial, JSON.stringify(asked)])
      sweep(root, scratch)
      if (ended > 0) return null
      return (said as Trial | null) ?? nothingBut(last)
    },
    end: () => {
      ended += 1
      if (ended === 1) end()
      else endAll(root)
    },
  }
}

type Ended = { readonly code: number | null; readonly said: unknown; readonly last: string }

function nothingBut(broken: string): Trial {
  return { passed: 0, failed: [], broken: [broken] }
}

const mark = 'ASTERN_GUARDS_COPY'

/** A test whose handling was taken out may end before it has put everything away. */
function sweep(root: string, scratch: string): void {
  endAll(root)
  unmountBelow(scratch)
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  mkdirSync(scratch)
}

/** Whatever carries the mark of this copy in its environment: started here, however far down. */
function endAll(root: string): void {
  for (let left = marked(root); left.length > 0; left = marked(root)) {
    try {
      for (const pid of left) process.kill(pid, 'SIGKILL')
    } catch {
      // One has ended since.
    }
  }
}

function marked(root: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => Number.isInteger(pid) && pid !== process.pid && environmentOf(pid).includes(`${mark}=${root}`))
}

/** Empty: it has ended, or is another account's. */
function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** An Engine that ended hard leaves mounts behind. */
function unmountBelow(directory: string): void {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(point => point.startsWith(`${directory}/`))
  for (const point of points.reverse()) spawnSync('umount', ['-l', point])
}
