/** The one place where a name becomes part of a statement. */
export { sqliteName as quoteName } from '../../../state/sql/quote.ts'

export function archiveName(run: string, table: string): string {
  return `_astern_${run.replaceAll(/\W/g, '_')}_${table}`
}

export function copyName(file: string, run: string): string {
  return `${file}.astern-${run}.copy`
}
