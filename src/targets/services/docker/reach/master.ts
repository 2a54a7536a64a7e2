import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { wordsOf } from './channel.ts'
import type { Trouble } from './trouble.ts'

/** What it means that no connection was made. */
export type Failed = (code: number | string, words: string) => Promise<Trouble>

/** The one connection to a host that all channels share. */
export type Master = {
  /** Where it listens; connects first if it must. */
  readonly path: () => Promise<string>
  /** A channel's loss is often the master's own, which is told a moment later: waits so long. */
  readonly settled: () => Promise<void>
  readonly close: () => void
}

type Live = { readonly exit: Promise<unknown>; readonly path: string; readonly end: () => void }

/** How long ssh may take to connect, jump hosts and all. */
const connectMs = 9_500
const settleMs = 500
/** A host that says nothing for so many of these is gone. */
const alive = ['-o', 'ConnectTimeout=8', '-o', 'ServerAliveInterval=4', '-o', 'ServerAliveCountMax=3']

/**
 * In the foreground and not by ControlPersist: such a one forks away, and would outlive this process. As a child the kernel
 * ends it with us, and its end is told.
 */
export function openMaster(target: readonly string[], failed: Failed): Master {
  let live: Promise<Live> | null = null
  return {
    path: async () => {
      live ??= begin(target, failed, () => (live = null)).catch((error: unknown) => {
        live = null
        throw error
      })
      return (await live).path
    },
    settled: async () => {
      const exit = await live?.then(
        ({ exit }) => exit,
        () => null,
      )
      await Promise.race([exit, wait(settleMs, undefined, { ref: false })])
    },
    close: () => {
      void live?.then(({ end }) => end()).catch(() => {})
      live = null
    },
  }
}

async function begin(target: readonly string[], failed: Failed, gone: () => void): Promise<Live> {
  const directory = shortDirectory()
  const path = join(directory, 's')
  const as = ['-N', '-M', '-o', `ControlPath=${path}`, '-o', 'ControlPersist=no', ...alive]
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'ssh', ...as, ...target], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const words = wordsOf(child)
  const end = (): void => {
    living.delete(end)
    child.kill()
    rmSync(directory, { recursive: true, force: true })
  }
  living.add(end)
  const over: { code: number | string | null } = { code: null }
  child.once('error', () => (over.code = 'ENOENT'))
  const exit = new Promise(resolve => void child.once('exit', resolve))
  child.once('exit', code => {
    over.code ??= code ?? 255
    end()
    gone()
  })
  child.unref()
  const until = performance.now() + connectMs
  // ssh makes its socket once it is let in, and not before.
  while (!existsSync(path)) {
    if (over.code === null && performance.now() > until) over.code = 'late'
    if (over.code !== null) {
      end()
      throw await failed(over.code === 127 ? 'ENOENT' : over.code, await words())
    }
    await wait(20)
  }
  return { exit, path, end }
}

/** A socket's path holds 107 characters at most, and ssh adds some of its own. 0700, as mkdtemp makes it. */
function shortDirectory(): string {
  const base = tmpdir().length > 40 ? '/tmp' : tmpdir()
  return mkdtempSync(join(base, 'astern-'))
}

const living = new Set<() => void>()
process.on('exit', () => {
  for (const end of living) end()
})
