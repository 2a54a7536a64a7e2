import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Fault, Result } from '../state/fault.ts'
import { plain } from '../state/text.ts'

export type LaunchOptions = {
  readonly entry: string
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly deadlineMs: number
}

type Said = { readonly ready: true; readonly pid: number } | { readonly ready: false; readonly fault: Fault }

/** Starts the engine in a session of its own and waits for "ready", or why not, on an inherited pipe. */
export async function launchEngine({
  entry,
  directory,
  env,
  deadlineMs,
}: LaunchOptions): Promise<Result<{ readonly pid: number }>> {
  const log = openSync(join(directory, 'engine.log'), 'a', 0o600)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, directory], {
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    env: { ...env },
    cwd: '/',
  })
  closeSync(log)
  const pipe = child.stdio[3] as Readable
  const said = await firstLine(pipe, child, deadlineMs)
  pipe.destroy()
  child.unref()
  if (said === null) return { ok: false, fault: notReady(directory) }
  return said.ready ? { ok: true, value: { pid: said.pid } } : { ok: false, fault: said.fault }
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

function notReady(directory: string): Fault {
  const tail = plain(readFileSync(join(directory, 'engine.log'), 'utf8'))
    .trim()
    .split('\n')
    .slice(-3)
    .join(' | ')
  return {
    code: 'engine.not-ready',
    what: `The engine of run ${directory.split('/').at(-1) ?? ''} did not start`,
    means: 'No step was begun.',
    next: `Read ${directory}/engine.log, then: astern attach ${directory.split('/').at(-1) ?? ''}`,
    ...(tail === '' ? {} : { detail: tail }),
  }
}
