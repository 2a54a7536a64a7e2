import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oneLine } from '../../state/text.ts'
import type { Evidence } from '../outcome.ts'
import { lastOf, outputLines } from './output.ts'
import type { ProgramEnd } from './port.ts'

export type Spawned = {
  readonly directory: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Inherited: no other engine of this run begins while the program is at work. */
  readonly lockFd: number | null
}

const bytesRead = 256 * 1024

/**
 * In a session of its own, so that what ends the engine does not end it half-way. It writes to a file without a name: a pipe would
 * break with the engine, and a file that stays could keep a secret.
 */
export async function runHere({ directory, argv, env, lockFd }: Spawned, evidence: Evidence): Promise<ProgramEnd> {
  const output = await namelessFile()
  try {
    const [file = '', ...args] = argv
    const child = spawn(file, args, {
      cwd: directory,
      env: { ...inherited(), ...env },
      detached: true,
      stdio: ['ignore', output.fd, output.fd, ...(lockFd === null ? [] : [lockFd])],
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    const lines = await linesOf(output)
    for (const line of lines) evidence(line)
    return { kind: 'ended', code, last: lastOf(lines) }
  } catch (error) {
    return { kind: 'not begun', fault: notSpawned(argv[0] ?? '', directory, error) }
  } finally {
    await output.close()
  }
}

async function namelessFile(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'astern-program-'))
  try {
    return await open(join(directory, 'output'), 'ax+', 0o600)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function linesOf(output: FileHandle): Promise<readonly string[]> {
  const { size } = await output.stat()
  const bytes = Buffer.alloc(Math.min(size, bytesRead))
  await output.read(bytes, 0, bytes.length, size - bytes.length)
  return outputLines(bytes.toString('utf8'))
}

/** What any program needs to be found and to read its own language. Python leaves nothing beside its scripts: a release stays what it is. */
function inherited(): Record<string, string> {
  const known = ['PATH', 'HOME', 'LANG'].flatMap(name => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(known), PYTHONDONTWRITEBYTECODE: '1' }
}

function notSpawned(file: string, directory: string, error: unknown) {
  return {
    code: 'program.not-begun',
    what: `${file} could not be started in ${directory}`,
    means: 'The database is as it was.',
    next: `Install it, or correct migrations.command and plan again; or reverse by hand and retry: what is reversed is seen.`,
    detail: oneLine(error instanceof Error ? error.message : String(error)),
  }
}
