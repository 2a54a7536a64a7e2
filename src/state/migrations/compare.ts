import type { Migration } from '../facts.ts'
import type { Applied } from './tool.ts'

/** Applied migrations whose script is not the one that was applied, by the checksum or the path its tool keeps. One sentence each. */
export function changedSince(applied: readonly Applied[], scripts: readonly Migration[]): readonly string[] {
  return applied.flatMap(({ version, name = '', checksum }) => {
    const script = scripts.find(candidate => candidate.version === version)
    const path = script?.record?.['file']
    if (typeof path === 'string' && !endsAlike(name, path))
      return [`the script of ${version} is not the one that was applied: it is ${path}, applied was ${name}`]
    if (checksum === undefined || script?.checksums === undefined) return []
    if (script.checksums.includes(checksum)) return []
    return [
      `the script of ${version} is not the one that was applied: its checksum is ${script.checksums[0]}, applied was ${checksum}`,
    ]
  })
}

/** One path may begin further up than the other. */
function endsAlike(one: string, other: string): boolean {
  const [a, b] = [`/${one}`, `/${other}`]
  return a.endsWith(b) || b.endsWith(a)
}

/** Where two places disagree about a migration: the release and a directory, two hosts. One sentence each. */
export function disagreements(
  one: { readonly where: string; readonly scripts: readonly Migration[] },
  other: { readonly where: string; readonly scripts: readonly Migration[] },
): readonly string[] {
  return one.scripts.flatMap(script => {
    const match = other.scripts.find(({ version }) => version === script.version)
    if (match === undefined) return [`${script.version} is in ${one.where} and not in ${other.where}`]
    return isSame(script, match) ? [] : [`${script.version} is another script in ${one.where} than in ${other.where}`]
  })
}

function isSame(one: Migration, other: Migration): boolean {
  const text = ({ up, down, opaque, checksums }: Migration): string =>
    JSON.stringify([
      up.map(({ sql }) => sql),
      down?.map(({ sql }) => sql) ?? null,
      opaque ?? null,
      checksums?.[0] ?? null,
    ])
  return text(one) === text(other)
}
