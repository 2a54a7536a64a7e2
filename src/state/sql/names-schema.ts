import { tokens } from './tokens.ts'

/** Whether a statement would leave the schema its session is in: it names this one before a dot, or goes into another. */
export function namesSchema(sql: string, schema: string): boolean {
  const all = [...tokens(sql)]
  if (all[0]?.kind === 'word' && all[0].text.toUpperCase() === 'USE') return true
  return all.some(
    ({ kind, text }, index) =>
      (kind === 'word' || kind === 'name') &&
      text.toLowerCase() === schema.toLowerCase() &&
      all[index + 1]?.text === '.' &&
      all[index - 1]?.text !== '.',
  )
}
