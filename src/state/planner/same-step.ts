import { isFlashback } from '../flashback-command.ts'
import type { Command } from '../command.ts'
import type { Facts } from '../facts.ts'
import { canonical } from '../json.ts'
import type { Timing } from '../manifest.ts'
import { effectsIn } from '../sql/effects-in.ts'

/** One text for steps that do the same to the same, whichever release they do it with. */
export function sameStep(command: Command): string {
  return canonical(partsOf(command))
}

function partsOf(command: Command) {
  const { kind } = command
  if (kind === 'service.pull')
    return { kind, service: command.service, host: command.host, from: command.from?.kind ?? null }
  if (kind === 'service.health') {
    const { service, host, beside = false, stableMs } = command
    return { kind, service, host, beside, watched: stableMs !== undefined }
  }
  if (kind === 'database.statement')
    return { kind, database: command.database, sql: command.sql.replaceAll(/\s+/g, ' ').trim() }
  if (kind === 'database.program')
    return { kind, database: command.database, way: command.direction, migration: command.migration }
  if (kind === 'image.verify') return { kind, of: command.of }
  return {
    kind,
    service: 'service' in command ? command.service : null,
    host: 'host' in command ? command.host : null,
    database: 'database' in command ? command.database : null,
    table: 'table' in command ? command.table : null,
    channel: 'channel' in command ? command.channel : null,
    way: 'direction' in command ? command.direction : null,
    as: 'as' in command ? command.as : null,
  }
}

/** What it has to wait however quick it is: declared, and so not learnt. */
export function waitMs(command: Command, { stableMs, consecutive, probeIntervalMs }: Timing): number {
  if (command.kind === 'traffic.drain') return command.waitMs
  if (command.kind !== 'service.health') return 0
  return Math.max(command.stableMs ?? stableMs, (consecutive - 1) * probeIntervalMs)
}

/** Rows or bytes a command goes over; null: not known, or it makes no difference. */
export function sizeOf(command: Command, { databases }: Facts): number | null {
  if (!('database' in command)) return null
  const fact = databases[command.database]
  if (fact === undefined) return null
  if (command.kind === 'database.copy') return fact.sizeBytes
  if (command.kind === 'database.replay') return command.tables.reduce((sum, { rows }) => sum + rows, 0)
  if (isFlashback(command)) return command.rows
  if ('table' in command) return fact.rows[command.table] ?? null
  if ('tables' in command) return command.tables === null ? null : rowsOf(command.tables, fact.rows)
  if (command.kind !== 'database.statement') return null
  const { sql } = command
  const scripts = fact.migrations.flatMap(({ up, down }) => [...up, ...(down ?? [])])
  const statement = scripts.find(one => one.sql === sql)
  if (statement === undefined) return null
  const tables = effectsIn(statement).flatMap(effect => ('table' in effect ? (effect.table ?? []) : []))
  return rowsOf([...new Set(tables)], fact.rows)
}

function rowsOf(tables: readonly string[], rows: Facts['databases'][string]['rows']): number | null {
  const counted = tables.flatMap(table => rows[table] ?? [])
  return counted.length === 0 ? null : counted.reduce((sum, count) => sum + count, 0)
}
