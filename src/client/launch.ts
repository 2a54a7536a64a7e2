import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Fault, Result } from '../state/fault.ts'
import { plain } from '../state/text.ts'

/** `director` leads a drill, `watchdog` takes it over. */
export type Role = 'engine' | 'director' | 'watchdog'

export type LaunchOptions = {
  readonly role: Role
  readonly entry: string
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly deadlineMs: number
}

/** `ended`: once that process is gone, while this one lives. */
export type Launched = { readonly pid: number; readonly ended: Promise<void> }

type Said = { readonly ready: true; readonly pid: number } | { readonly ready: false; readonly fault: Fault }

/** Starts it in a session of its own and waits for "ready", or why not, on an inherited pipe. */
export async function launchProcess({
  role,
  entry,
  directory,
  env,
  deadlineMs,
}: LaunchOptions): Promise<Result<Launched>> {
  const log = openSync(join(directory, `${role}.log`), 'a', 0o600)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, directory], {
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    env: { ...env },
    cwd: '/',
  })
  closeSync(log)
  const ended = new Promise<void>(resolve => child.on('exit', () => resolve()))
  const pipe = child.stdio[3] as Readable
  const said = await firstLine(pipe, child, deadlineMs)
  pipe.destroy()
  child.unref()
  if (said === null) return { ok: false, fault: notReady(role, directory) }
  return said.ready ? { ok: true, value: { pid: said.pid, ended } } : { ok: false, fault: said.fault }
}

function firstLine(pipe: Readable, child: ReturnType<typeof spawn>, deadlineMs: number): Promise<Said | null> {
  const { promise, resolve } = Promise.withResolvers<Said | null>()
  let text = ''
  const timer = setTimeout(() => resolve(null), deadlineMs)
  pipe.setEncoding('utf8')
  pipe.on('data', (chunk: string) => {
    text += chunk
    const end = text.indexOf('\n')
    if (end >= 0) resolve(JSON.parse(text.slice(0, end)) as Said)
  })
  pipe.on('end', () => resolve(null))
  pipe.on('error', () => resolve(null))
  child.on('error', () => resolve(null))
  return promise.finally(() => clearTimeout(timer))
}

function notReady(role: Role, directory: string): Fault {
  const log = join(directory, `${role}.log`)
  const tail = plain(readFileSync(log, 'utf8')).trim().split('\n').slice(-3).join(' | ')
  const run = basename(directory)
  return {
    code: `${role}.not-ready`,
    what: `The ${role} of run ${run} did not start`,
    means: role === 'engine' ? 'No step was begun.' : 'It has put nothing at any target.',
    next: `Read ${log}, then: ${role === 'engine' ? `astern attach ${run}` : 'astern drill --clean-up'}`,
    ...(tail === '' ? {} : { detail: tail }),
  }
}
