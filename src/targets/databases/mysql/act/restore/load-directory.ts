import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupNamed } from '../../../../../state/restore-command.ts'
import { bareName, textOf } from '../../restore/unpacked.ts'
import { definitionsOf, type Definition } from '../../restore/definitions.ts'
import { openSession, type Session } from '../../session.ts'
import { quoteName } from '../../names.ts'
import type { Evidence } from '../../../../outcome.ts'
import { Refused } from '../../trouble.ts'
import { eventsAsleep } from './events-asleep.ts'
import { modeOf, withMode } from './mode-of.ts'
import { runProgram, type Ended } from './program.ts'
import type { Work } from './work.ts'

export type Loading = Work & {
  readonly side: string
  readonly backup: BackupNamed
  readonly directory: string
  readonly defaults: string
  readonly threads: number
}

/**
 * Tables by myloader, as many at once as it has threads; what is no table by Astern, afterwards and in the order in which
 * one needs the other: events asleep, or they would run on the side schema. Its loading goes into the binlog, so that replicas have it too.
 */
export async function loadDirectory(loading: Loading): Promise<Ended> {
  const { backup, side, directory, defaults, threads, evidence } = loading
  const files = (await readdir(backup.path)).filter(file => file.startsWith(`${backup.schema}.`))
  const staged = join(directory, 'tables')
  await mkdir(staged)
  const tables = files.filter(file => !later.test(bareName(file)))
  for (const file of ['metadata', ...tables]) await symlink(join(backup.path, file), join(staged, file))
  const argv = ['-d', staged, '-B', side, '-s', backup.schema, '-t', String(threads), '-e', '-v', '2']
  const ended = await runProgram(['myloader', `--defaults-file=${defaults}`, ...argv], evidence)
  if (ended.code !== 0) return ended
  const routines = (await readdir(backup.path)).filter(file => bareName(file) === `${backup.schema}-schema-post.sql`)
  const views = files.filter(file => bareName(file).endsWith('-schema-view.sql'))
  const triggers = files.filter(file => bareName(file).endsWith('-schema-triggers.sql'))
  return runScripts(
    loading,
    [...routines, ...views, ...triggers].map(file => join(backup.path, file)),
  )
}

const later = /-schema-(?:view|triggers|post)\.sql$/

/** A session of their own: these scripts set what suits them, and put it back only where they end well. */
async function runScripts(loading: Loading, files: readonly string[]): Promise<Ended> {
  const { config, side, evidence } = loading
  const today = files.length === 0 ? [] : await definitionsOf(loading.session.rows, config.database.database)
  const session = openSession(config, config.database.account, async ask => {
    await ask(`USE ${quoteName(side)}`)
    await ask('SET SESSION foreign_key_checks = 0')
  })
  try {
    for (const file of files) await runScript(session, await textOf(file), today, evidence)
    return { code: 0, last: '' }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    evidence(`${error.errno}: ${error.message}`)
    return { code: 1, last: `${error.errno}: ${error.message}` }
  } finally {
    await session.close()
  }
}

/**
 * mydumper ends a statement with `;` at a line's end; one that ends so inside a body it gives a blank after it, as others have already:
 * what it wrote of a text of today means that text. Comments that set names suit its own client.
 */
async function runScript(
  session: Session,
  text: string,
  today: readonly Definition[],
  evidence: Evidence,
): Promise<void> {
  const tells = /\bsql_mode\b/i.test(text)
  for (const part of text.split(/;\n/)) {
    const written = part.trim()
    if (written === '' || /^\/\*!40101 SET NAMES binary\*\/$/.test(written)) continue
    const same = today.find(one => one.text.replaceAll(';\n', '; \n') === written)
    const statement = same?.text ?? written.replaceAll('; \n', ';\n')
    const make = (): Promise<unknown> => session.run(eventsAsleep(statement))
    const mode = tells ? undefined : modeOf(statement, today, evidence)
    await (mode === undefined ? make() : withMode(session, mode, make))
  }
}
