import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Migration } from '../../../src/state/facts.ts'
import type { MigratedBy } from '../../../src/state/manifest.ts'
import { parseScripts } from '../../../src/state/migrations/scripts.ts'
import type { Hash } from '../../../src/state/migrations/tool.ts'

export const hash: Hash = (algorithm, text) => createHash(algorithm).update(text, 'utf8').digest('hex')
export const quote = (name: string): string => `\`${name}\``

export function parsed(tool: MigratedBy, files: Readonly<Record<string, string>>): readonly Migration[] {
  const result = parseScripts(
    tool,
    Object.entries(files).map(([name, text]) => ({ name, text })),
    hash,
  )
  if (!result.ok) return expect.fail(result.fault.what)
  return result.value
}

/** What a person is shown first: version, name, and whether there is a way down. */
export function seen(migrations: readonly Migration[]): readonly string[] {
  return migrations.map(({ version, name, up, down, opaque }) => {
    const way = opaque === undefined ? (down === null ? 'no way down' : `${down.length} down`) : opaque.argv.join(' ')
    return `${version} (${name}): ${up.length} up, ${way}`
  })
}
