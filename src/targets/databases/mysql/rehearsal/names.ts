const prefix = '_astern_rehearsal_'

/** Its schema: no manifest can name one that begins like this, and nothing but a rehearsal makes or drops one. */
export function cloneName(clone: string): string {
  const name = `${prefix}${clone.replaceAll(/\W/g, '_')}`
  if (!isClone(name) || name.length > 64) throw new Error(`no name of a clone: ${name}`)
  return name
}

export function isClone(schema: string): boolean {
  return new RegExp(`^${prefix}\\w+$`).test(schema)
}

/** As a grant names all of them. */
export const cloneGrant = 'GRANT ALL ON `\\_astern\\_rehearsal\\_%`.* TO'

/** In each clone: whose it is. */
export const cloneTable = '_astern_clone'

/** Besides the one that a run at work in a schema holds. Held for as long as its rehearsal lasts; the server gives it back when that is killed. */
export function cloneLock(schema: string): string {
  return `astern.clone.${schema}`.slice(0, 64)
}
