import type { Migration } from '../../facts.ts'
import { baseName } from '../files.ts'
import { compatibleIn, opaqueMigration, sqlMigration } from '../statements.ts'
import type { MigrationFile, ReadSql } from '../tool.ts'

const oneBack = ['liquibase', 'rollback-count', '--count=1']

/** The change sets of one changelog: formatted SQL is read, other languages are told by their ids alone. */
export function changesetsOf(file: MigrationFile, read: ReadSql): readonly Migration[] {
  if (/^\s*--\s*liquibase formatted sql/i.test(file.text)) return formatted(file, read)
  const kind = /\.(xml|ya?ml|json)$/i.exec(file.name)?.[1]?.toLowerCase()
  if (kind === undefined) return []
  const why = `its change set is written in ${kind.replace('yml', 'yaml').toUpperCase()}, which only Liquibase reads`
  return idsIn(file.text, kind).map(({ id, author }) =>
    opaqueMigration({ ...identity(file, id, author), text: file.text, why, argv: oneBack }),
  )
}

function identity(file: MigrationFile, id: string, author: string): Pick<Migration, 'version' | 'name' | 'record'> {
  const version = [baseName(file.name), id, author].join('::')
  return { version, name: `${id} by ${author}`, record: { file: file.name, id, author } }
}

function formatted(file: MigrationFile, read: ReadSql): readonly Migration[] {
  const heads = [...file.text.matchAll(/^\s*--\s*changeset\s+("[^"]*"|[^\s:]+):("[^"]*"|[^\s]+).*$/gim)]
  return heads.map((head, index) => {
    const [whole, author = '', id = ''] = head
    const body = file.text.slice(head.index + whole.length, heads[index + 1]?.index ?? file.text.length)
    return changeset(read, identity(file, unquoted(id), unquoted(author)), whole, body)
  })
}

/** `--rollback` takes one line each, `/* liquibase rollback` a block; `empty` and `not required` say that there is nothing to do. */
function changeset(
  read: ReadSql,
  known: Pick<Migration, 'version' | 'name' | 'record'>,
  head: string,
  body: string,
): Migration {
  const lines = [...body.matchAll(/^\s*--\s*rollback\s+(.*)$/gim)].map(([, line]) => line ?? '')
  const blocks = [...body.matchAll(/\/\*\s*liquibase rollback\s*\n([\s\S]*?)\*\//gi)].map(([, block]) => block ?? '')
  const back = [...blocks, lines.join('\n')].join('\n').trim()
  const upText = body.replaceAll(/\/\*\s*liquibase rollback\s*\n[\s\S]*?\*\//gi, '')
  const parts = { ...known, upText, compatibleWith: compatibleIn(body) }
  if (/^(empty|not required)\s*;?$/i.test(back))
    return { ...sqlMigration(read, { ...parts, downText: null }), down: [] }
  const why = onlyLiquibase(head, back)
  if (why !== null) return opaqueMigration({ ...known, text: body, why, argv: oneBack })
  return sqlMigration(read, { ...parts, downText: back === '' ? null : back })
}

function onlyLiquibase(head: string, back: string): string | null {
  if (back === '') return null
  if (/^changeset\w*\s*:/i.test(back)) return 'its way back is the way there of another change set'
  if (/\b(?:end|rollbackEnd)Delimiter\s*:/i.test(head)) return 'its statements end in a way of its own'
  return back.includes('${') ? 'it has placeholders, which only Liquibase can fill in' : null
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, '$1')
}

function idsIn(text: string, kind: string): readonly { readonly id: string; readonly author: string }[] {
  const pieces =
    kind === 'xml' ? (text.match(/<changeSet\b[^>]*>/g) ?? []) : text.split(/["']?changeSet["']?\s*:/).slice(1)
  const value = (piece: string, name: string): string | undefined => {
    const found = new RegExp(`(?:^|[\\s"'{,])${name}["']?\\s*[:=]\\s*(?:"([^"]*)"|'([^']*)'|([^\\s,}]+))`).exec(piece)
    return found?.[1] ?? found?.[2] ?? found?.[3]
  }
  return pieces.flatMap(piece => {
    const [id, author] = [value(piece, 'id'), value(piece, 'author')]
    return id === undefined || author === undefined ? [] : [{ id, author }]
  })
}
