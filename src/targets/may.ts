import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

export function mayWrite(path: string): Promise<boolean> {
  return may(path, constants.W_OK)
}

/** By its path, or found on `searched`, a PATH. */
export async function isProgram(name: string, searched = process.env['PATH'] ?? ''): Promise<boolean> {
  const places = name.includes('/') ? [name] : searched.split(delimiter).map(place => join(place, name))
  for (const place of places) if (await may(place, constants.X_OK)) return true
  return false
}

function may(path: string, what: number): Promise<boolean> {
  return access(path, what).then(
    () => true,
    () => false,
  )
}
