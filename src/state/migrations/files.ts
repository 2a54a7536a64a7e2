import type { Fault, Result } from '../fault.ts'
import type { Migration } from '../facts.ts'
import type { MigrationFile } from './tool.ts'

/** Sorted, or the fault of the first version that stands there twice. */
export function ordered(
  migrations: readonly Migration[],
  compare: (a: Migration, b: Migration) => number = (a, b) => compareVersions(a.version, b.version),
): Result<readonly Migration[]> {
  const seen = new Set<string>()
  for (const { version, name } of migrations) {
    if (seen.has(version)) return { ok: false, fault: twice(name, version) }
    seen.add(version)
  }
  return { ok: true, value: [...migrations].sort(compare) }
}

/** A name that comes again gets the number of its coming: `a`, `b`, `a#2`. */
export function numbered(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return names.map(name => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}#${count}`
  })
}

/** Number by number: `1.10` comes after `1.9`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const one = left[index] ?? ''
    const other = right[index] ?? ''
    if (one === other) continue
    if (/^\d+$/.test(one) && /^\d+$/.test(other)) {
      const difference = BigInt(one) - BigInt(other)
      if (difference !== 0n) return difference < 0n ? -1 : 1
      continue
    }
    return one < other ? -1 : 1
  }
  return 0
}

function partsOf(version: string): readonly string[] {
  return version.match(/\d+|\D+/g) ?? []
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Those whose name, its directories left out, has this pattern; with what it caught. */
export function matching(
  files: readonly MigrationFile[],
  pattern: RegExp,
): readonly { readonly file: MigrationFile; readonly base: string; readonly caught: readonly string[] }[] {
  return files.flatMap(file => {
    const base = baseName(file.name)
    const match = pattern.exec(base)
    return match === null ? [] : [{ file, base, caught: match.slice(1).map(part => part ?? '') }]
  })
}

/** Those that stand on others after those, else as they come. What stands on something unknown comes as it is. */
export function inChainOrder(migrations: readonly Migration[]): readonly Migration[] {
  const byVersion = new Map(migrations.map(migration => [migration.version, migration]))
  const done = new Set<Migration>()
  const begun = new Set<Migration>()
  const visit = (migration: Migration): void => {
    if (begun.has(migration)) return
    begun.add(migration)
    for (const version of migration.after ?? []) {
      const parent = byVersion.get(version)
      if (parent !== undefined) visit(parent)
    }
    done.add(migration)
  }
  for (const migration of migrations) visit(migration)
  return [...done]
}

function twice(name: string, version: string): Fault {
  return {
    code: 'migration.twice',
    what: `Two migrations have the version ${version}; one is ${name}`,
    means: 'Which of them was applied is not known.',
    next: 'Look at the release, and reverse by hand if need be.',
  }
}
