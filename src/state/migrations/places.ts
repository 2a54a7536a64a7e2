import type { Booking, Place, Row, Sql } from './tool.ts'

/** The table, quoted; `schema.table` part by part. */
export function named({ table, quote }: Place): string {
  return table.split('.').map(quote).join('.')
}

/** Another table of the same schema. */
export function beside({ table, quote }: Place, name: string): string {
  return [...table.split('.').slice(0, -1), name].map(quote).join('.')
}

/** For tools whose row is one value, and nothing more. */
export function bookValue(booking: Booking, column: string, value: string): readonly Sql[] {
  const table = named(booking)
  const name = booking.quote(column)
  const sql =
    booking.direction === 'down'
      ? `DELETE FROM ${table} WHERE ${name} = ?`
      : `INSERT INTO ${table} (${name}) VALUES (?)`
  return [{ sql, args: [value] }]
}

/** A cell as text; NULL is left out. */
export function cell(row: Row, column: string): string | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : String(value)
}

/** Drivers give a boolean column as 0 and 1, as true and false, or as text. */
export function isTrue(row: Row, column: string): boolean {
  return ['1', 'true'].includes(String(row[column]))
}

/** An object without what is undefined in it. */
export function defined<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T
}
