import type { Migration, Statement } from '../facts.ts'
import type { Result } from '../fault.ts'
import { effectOf } from './effect.ts'
import { splitStatements } from './split.ts'

export type MigrationFile = { readonly name: string; readonly text: string }

/** dbmate's files: `20261118_move_notes.sql`, in it `-- migrate:up` and `-- migrate:down`. Ascending by version. */
export function parseDbmate(files: readonly MigrationFile[]): Result<readonly Migration[]> {
  const migrations: Migration[] = []
  for (const { name, text } of files.filter(file => file.name.endsWith('.sql'))) {
    const version = /^\d+/.exec(name)?.[0]
    if (version === undefined) return { ok: false, fault: noVersion(name) }
    if (migrations.some(other => other.version === version)) return { ok: false, fault: twice(name, version) }
    migrations.push(parseFile(version, name, text))
  }
  return { ok: true, value: migrations.sort((a, b) => (a.version < b.version ? -1 : 1)) }
}

function parseFile(version: string, name: string, text: string): Migration {
  const title = name
    .replace(/^\d+_?/, '')
    .replace(/\.sql$/, '')
    .replaceAll('_', ' ')
  const down = section(text, 'down')
  const compatible = [...text.matchAll(/^--\s*astern:compatible-with\s+(.+)$/gm)].flatMap(([, list]) =>
    (list ?? '').split(/[\s,]+/),
  )
  return {
    version,
    name: title,
    up: statements(section(text, 'up') ?? ''),
    down: down === null || statements(down).length === 0 ? null : statements(down),
    compatibleWith: compatible.filter(release => release !== ''),
  }
}

function section(text: string, which: 'up' | 'down'): string | null {
  const marks = [...text.matchAll(/^--\s*migrate:(up|down)\b.*$/gm)]
  const index = marks.findIndex(([, name]) => name === which)
  const mark = marks[index]
  if (mark === undefined) return null
  return text.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? text.length)
}

function statements(text: string): readonly Statement[] {
  return splitStatements(text).map(sql => ({ sql, effects: [effectOf(sql)] }))
}

function noVersion(name: string) {
  return {
    code: 'migration.no-version',
    what: `Migration ${name} does not begin with its version`,
    means: 'Which migrations would be reversed is not known.',
    next: 'Name it like 20261118_what_it_does.sql.',
  }
}

function twice(name: string, version: string) {
  return {
    code: 'migration.twice',
    what: `Two migrations have the version ${version}; one is ${name}`,
    means: 'Which of them was applied is not known.',
    next: 'Look at the release, and reverse by hand if need be.',
  }
}
