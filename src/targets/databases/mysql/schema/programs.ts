import type { SchemaObject } from '../../../../state/facts.ts'
import { canonical } from '../../../../state/json.ts'
import type { Row } from '../../query.ts'
import { spellCollation, spellType } from './column.ts'
import { byPosition, groupBy } from './groups.ts'
import { piecesOf, withoutDatabase } from './lexer.ts'
import type { SchemaRows } from './rows.ts'

/** Views, triggers, routines and events: what the server runs. A body the account may not see is null. */
export function programsOf(rows: SchemaRows): readonly SchemaObject[] {
  const parameters = groupBy(rows.parameters, 'id')
  return [
    ...rows.views.map(view => viewOf(view, rows.database)),
    ...rows.triggers.map(triggerOf),
    ...rows.routines.map(routine => routineOf(routine, parameters.get(String(routine['id'])) ?? [])),
    ...rows.events.map(eventOf),
  ]
}

function viewOf(row: Row, database: string): SchemaObject {
  const body = bodyOf(row)
  const pieces = body === null ? null : withoutDatabase(piecesOf(body), database)
  const check = String(row['check_option']).toLowerCase()
  return object('view', row, {
    body: pieces === null ? null : pieces.map(({ raw }) => raw).join(''),
    check: check === 'none' ? undefined : check,
    security: lower(row['security']),
  })
}

function triggerOf(row: Row): SchemaObject {
  return object('trigger', row, {
    table: String(row['tbl']),
    when: `${lower(row['timing'])} ${lower(row['event'])}`,
    order: Number(row['position'] ?? 1),
    body: bodyOf(row),
    mode: spellMode(row['sql_mode']),
  })
}

function routineOf(row: Row, parameters: readonly Row[]): SchemaObject {
  const type = lower(row['type'])
  const own = parameters.filter(parameter => lower(parameter['type']) === type)
  return object(
    'routine',
    { name: `${type} ${String(row['name'])}` },
    {
      parameters: byPosition(own).map(
        ({ mode, name, type_text: text, collation }) =>
          `${lower(mode)} ${String(name)} ${spellType(String(text))}${collation == null ? '' : ` ${spellCollation(String(collation))}`}`,
      ),
      answers: row['answers'] == null || row['answers'] === '' ? undefined : spellType(String(row['answers'])),
      body: bodyOf(row),
      deterministic: row['is_deterministic'] === 'YES',
      access: lower(row['access']),
      security: lower(row['security']),
      mode: spellMode(row['sql_mode']),
    },
  )
}

/** When it starts is left out: unless it was said, it is the moment of its creation. */
function eventOf(row: Row): SchemaObject {
  const every = row['every'] == null ? undefined : `${String(row['every'])} ${lower(row['unit'])}`
  return object('event', row, {
    every,
    at: row['execute_at'] == null ? undefined : String(row['execute_at']),
    ends: row['ends'] == null ? undefined : String(row['ends']),
    zone: String(row['time_zone']),
    enabled: row['status'] === 'ENABLED',
    kept: lower(row['completion']) === 'preserve',
    body: bodyOf(row),
    mode: spellMode(row['sql_mode']),
  })
}

function object(kind: SchemaObject['kind'], row: Row, definition: Parameters<typeof canonical>[0]): SchemaObject {
  return { kind, name: String(row['name']), definition: canonical(definition) }
}

/** As its author wrote it. */
function bodyOf(row: Row): string | null {
  const body = String(row['body'] ?? '')
    .replaceAll('\r\n', '\n')
    .trim()
  return body === '' ? null : body
}

/** Only what changes the meaning of a text: the others come from whichever session made it. */
function spellMode(mode: unknown): string | undefined {
  const telling = ['ANSI_QUOTES', 'PIPES_AS_CONCAT', 'NO_BACKSLASH_ESCAPES', 'HIGH_NOT_PRECEDENCE', 'ORACLE']
  const found = String(mode ?? '')
    .split(',')
    .filter(word => telling.includes(word))
  return found.length === 0 ? undefined : found.toSorted().join(' ').toLowerCase()
}

function lower(value: unknown): string {
  return String(value ?? '').toLowerCase()
}
