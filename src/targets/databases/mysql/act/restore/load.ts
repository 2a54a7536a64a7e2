import type { Fault } from '../../../../../state/fault.ts'
import { nameOf, restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { inTransaction } from '../transaction.ts'
import { markDone } from '../marks.ts'
import { otherThanPlanned } from '../../restore/planned.ts'
import type { Sides } from '../../restore/sides.ts'
import { LinkLost, Refused } from '../../trouble.ts'
import { claim, clean, drop } from './claim.ts'
import { loadDump } from './load-dump.ts'
import { loadDirectory } from './load-directory.ts'
import { writeDefaults } from '../../defaults.ts'
import { withDirectory, type Ended } from './program.ts'
import type { Told, Work } from './work.ts'

type Load = Extract<RestoreCommand, { kind: 'database.load' }>

/**
 * A backup into a schema of its own, while today's serves. What an earlier attempt left in it goes first: whether half a
 * load is whole cannot be told by looking.
 */
export async function load(work: Work, command: Load): Promise<Told | Fault> {
  const { config, session, context } = work
  const { backup } = command
  const amiss = await otherThanPlanned(config.name, backup)
  if (amiss !== null) return amiss
  const sides = await claim(work)
  if ('code' in sides) return sides
  await clean(work, sides)
  const began = performance.now()
  const ended = await withDirectory(work, async directory => {
    const defaults = await writeDefaults(config, directory)
    const means = { ...work, side: sides.side, backup, directory, defaults, threads: command.threads }
    return (backup.tool === 'mydumper' ? loadDirectory(means) : loadDump(means)).catch(unread)
  })
  const fault =
    (await otherThanPlanned(config.name, backup)) ??
    (ended.code === 0 ? null : notLoaded(config.name, backup.tool, ended))
  if (fault !== null) return { ...fault, means: `What serves is as it was; ${await dropPart(work, sides)}` }
  const seconds = Math.round((performance.now() - began) / 100) / 10
  await inTransaction(session, () => markDone(session, context, restoreMark(command), config.now().toISOString()))
  const says = `${nameOf(backup)} is loaded into ${sides.side}, in ${seconds} s`
  return { says, observed: { side: sides.side, seconds } }
}

/** A file of the backup that went meanwhile. */
function unread(error: unknown): Ended {
  if (error instanceof Error && 'syscall' in error) return { code: 1, last: error.message }
  throw error
}

/** Nobody uses half a load, and its room may be what the server lacks. */
async function dropPart(work: Work, sides: Sides): Promise<string> {
  try {
    await drop(work, sides)
    return 'what had been loaded beside it is dropped again.'
  } catch (error) {
    if (!(error instanceof Refused || error instanceof LinkLost)) throw error
    return `${sides.side} holds a part, which nobody uses: it could not be dropped (${error.message}).`
  }
}

function notLoaded(name: string, tool: string, { code, signal, last }: Ended): Omit<Fault, 'means'> {
  const program = tool === 'mydumper' ? 'myloader' : 'mariadb'
  const isMissing = code === null || code === 127
  if (isMissing)
    return {
      code: 'database.no-loader',
      what: `${program} cannot be started on this machine`,
      next: `Install it (Debian: ${tool === 'mydumper' ? 'mydumper' : 'mariadb-client'}), then retry.`,
      detail: last,
    }
  return {
    code: 'database.not-loaded',
    what: `The backup of database ${name} could not be loaded: ${program} ${signal === undefined ? `ended with ${code}` : `was ended by ${signal}`}`,
    next: 'Read the evidence: it names what was refused (no room, a lost connection, a text). Then retry, which begins with an empty schema, or plan again with another backup.',
    detail: last,
  }
}
