import { stat } from 'node:fs/promises'
import type { Fault } from '../../../../../state/fault.ts'
import { nameOf, restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { inTransaction } from '../transaction.ts'
import { markDone } from '../marks.ts'
import { claim, clean } from './claim.ts'
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
  if ((await stat(backup.path).catch(() => null)) === null) return gone(config.name, backup.path)
  const sides = await claim(work)
  if ('code' in sides) return sides
  await clean(work, sides)
  const began = performance.now()
  const ended = await withDirectory(work, async directory => {
    const defaults = await writeDefaults(config, directory)
    const means = { ...work, side: sides.side, backup, directory, defaults, threads: command.threads }
    return backup.tool === 'mydumper' ? loadDirectory(means) : loadDump(means)
  })
  if (ended.code !== 0) return failed(config.name, backup.tool, ended, sides.side)
  const seconds = Math.round((performance.now() - began) / 100) / 10
  await inTransaction(session, () => markDone(session, context, restoreMark(command), config.now().toISOString()))
  const says = `${nameOf(backup)} is loaded into ${sides.side}, in ${seconds} s`
  return { says, observed: { side: sides.side, seconds } }
}

function gone(name: string, path: string): Fault {
  return {
    code: 'database.no-backup',
    what: `The backup ${path} of database ${name} is not there`,
    means: 'Nothing was loaded, and what serves is as it was.',
    next: 'Bring it back to that place, then retry; or plan again with another backup.',
  }
}

function failed(name: string, tool: string, { code, last }: Ended, side: string): Fault {
  const program = tool === 'mydumper' ? 'myloader' : 'mariadb'
  return {
    code: code === null || code === 127 ? 'database.no-loader' : 'database.not-loaded',
    what:
      code === null || code === 127
        ? `${program} cannot be started on this machine`
        : `The backup of database ${name} could not be loaded: ${program} ended with ${code}`,
    means: `What serves is as it was; ${side} holds a part, which nobody uses.`,
    next:
      code === null || code === 127
        ? `Install it (Debian: ${tool === 'mydumper' ? 'mydumper' : 'mariadb-client'}), then retry.`
        : 'Read the evidence: it names what was refused. Then retry, which begins with an empty schema, or plan again with another backup.',
    detail: last,
  }
}
