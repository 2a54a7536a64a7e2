/** The shop's releases, as its team tells of them. */
type Release = {
  /** Whose code its api has. */
  readonly api: '1.2.2' | '1.2.3' | '1.3.0'
  /** By its date: the migration that it brings beside the first. */
  readonly migration: string | null
}

const releases: Readonly<Record<string, Release>> = {
  '1.2.1': { api: '1.2.2', migration: null },
  '1.2.2': { api: '1.2.2', migration: null },
  /** Checkout answers 500, and health says that all is well. */
  '1.2.3': { api: '1.2.3', migration: null },
  /** Nothing is wrong with it. */
  '1.2.4': { api: '1.2.2', migration: null },
  /** The same, and orders.note has moved into a table. */
  '1.3.0': { api: '1.3.0', migration: '20261118' },
  /** As 1.3.0, with a longer way down. */
  '1.3.1': { api: '1.3.0', migration: '20261120' },
}

export const releaseNames = Object.keys(releases)

export function apiOf(release: string): string {
  return known(release).api
}

export function migrationOf(release: string): string | null {
  return known(release).migration
}

function known(release: string): Release {
  const found = releases[release]
  if (found === undefined) throw new Error(`the shop has no release ${release}; it has ${releaseNames.join(', ')}`)
  return found
}
