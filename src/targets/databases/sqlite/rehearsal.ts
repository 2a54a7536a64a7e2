import type { FileHandle } from 'node:fs/promises'
import { chmod, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Fault } from '../../../state/fault.ts'
import type { Json } from '../../../state/json.ts'
import type { RehearsalCommand } from '../../../state/rehearsal-command.ts'
import { flockFile } from '../../flock.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import type { RunContext } from '../../permit.ts'
import { write } from './act/write.ts'
import { cloneFile, findClones } from './clones.ts'
import { actSession, lookSession, type SqliteConfig } from './config.ts'
import { childGone, databaseFault } from './faults.ts'
import { sqliteLook } from './look.ts'
import { ChildGone, type Session } from './session.ts'

type Rehearsals = {
  readonly attempt: (command: RehearsalCommand, context: RunContext, evidence: Evidence) => Promise<Outcome>
  readonly close: () => Promise<void>
}
type Standing = { readonly lock: FileHandle; readonly session: Session }

/** The way back, tried on a copy of the file. What serves is only read. */
export function sqliteRehearsals(config: SqliteConfig): Rehearsals {
  const standing = new Map<string, Standing>()
  const end = async (file: string): Promise<void> => {
    const one = standing.get(file)
    standing.delete(file)
    await one?.session.close()
    await one?.lock.close()
  }
  const attempt: Rehearsals['attempt'] = async (command, context, evidence) => {
    if (config.database.rehearsal !== true) return failed(noRoom(config.name))
    const file = cloneFile(config.database.file, command.clone)
    const there: SqliteConfig = { ...config, lockFd: null, database: { ...config.database, file } }
    if (command.kind === 'database.unclone') {
      await end(file)
      await drop(file)
      return done(`${file} is removed`)
    }
    if (command.kind === 'database.clone') {
      const made = await makeClone(config, file, evidence)
      if ('code' in made) return failed(made)
      standing.set(file, { lock: made.lock, session: actSession(there) })
      return done(`${file} stands, after ${made.observed.seconds} s`, made.observed)
    }
    const one = standing.get(file)
    if (one === undefined) return failed(noClone(config.name))
    if (command.kind === 'database.reached')
      return done('its schema is read', { fingerprint: (await seen(there)).fingerprint })
    const began = performance.now()
    const outcome = await write(there, one.session, command.statement, context, evidence)
    const ms = Math.round(performance.now() - began)
    return outcome.ok ? { ...outcome, observed: { ms }, says: `${outcome.says}, in ${ms} ms` } : outcome
  }
  return {
    attempt,
    close: async () => {
      await Promise.all([...standing.keys()].map(end))
    },
  }
}

async function makeClone(config: SqliteConfig, file: string, evidence: Evidence) {
  const began = performance.now()
  const left = await findClones(config)
  for (const { name, inUse } of left.ok ? left.value : []) {
    if (inUse) continue
    evidence(`${name} was left behind, and is removed`)
    await drop(name)
  }
  const { size } = await stat(config.database.file).catch(() => ({ size: 0 }))
  const room = await statfs(dirname(file))
  if (room.bavail * room.bsize < size * 2.2) return noSpace(config.name, size)
  const lock = await flockFile(file, 0, 0o600)
  if (lock === null) return noClone(config.name)
  const copied = await copyInto(config, file).catch(async (error: unknown) => {
    await lock.close()
    throw error
  })
  if ('code' in copied) {
    await lock.close()
    return copied
  }
  const { fingerprint, rows } = copied
  const count = Object.values(rows).reduce((sum, one) => sum + one, 0)
  const seconds = Math.round((performance.now() - began) / 100) / 10
  return { lock, observed: { fingerprint, rows: count, of: count, whole: true, seconds, place: file } }
}

async function copyInto(config: SqliteConfig, file: string) {
  await chmod(file, 0o600)
  const look = lookSession(config)
  try {
    const reply = await look.ask({ ask: 'exec', sql: 'VACUUM INTO ?', args: [file] })
    return reply.ok
      ? await seen({ ...config, database: { ...config.database, file } })
      : databaseFault(config.name, reply, 'There is no clone; what serves was only read.')
  } catch (error) {
    if (error instanceof ChildGone) return childGone(config.name)
    throw error
  } finally {
    await look.close()
  }
}

async function seen(config: SqliteConfig) {
  const look = sqliteLook(config)
  return look.observe().finally(look.close)
}

async function drop(file: string): Promise<void> {
  for (const end of ['-wal', '-shm', '-journal', '']) await rm(`${file}${end}`, { force: true })
}

function done(says: string, observed: Json = null): Outcome {
  return { ok: true, observed, says }
}

function failed(fault: Fault): Outcome {
  return { ok: false, fault, observed: null }
}

function noRoom(name: string): Fault {
  return {
    code: 'rehearsal.no-room',
    what: `astern.yaml does not say that database ${name} may be rehearsed`,
    means: 'Nothing was done.',
    next: `Write databases.${name}.rehearsal: {} into it: a copy of the file is made beside it.`,
  }
}

function noClone(name: string): Fault {
  return {
    code: 'rehearsal.no-clone',
    what: `No clone of ${name} stands`,
    means: 'Nothing was done.',
    next: 'Begin the rehearsal again: astern rehearse.',
  }
}

function noSpace(name: string, bytes: number): Fault {
  return {
    code: 'rehearsal.no-space',
    what: `A copy of ${name} and a statement on it need about ${Math.ceil((bytes * 2.2) / 1e6)} MB beside it, which is not free`,
    means: 'Nothing was copied.',
    next: 'Make room on its disk.',
  }
}
