import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { isPair, isScalar, visit, type Document } from 'yaml'
import type { At, ManifestFault, Path } from './faults.ts'

/** A place in the file that names a secret, and the fault it would be were the secret not there. */
export type SecretReference = {
  readonly reference: string
  readonly fault: ManifestFault
  /** Nothing else wants it: without it everything else goes on. */
  readonly only?: 'rehearsal' | 'drill'
}

const pattern = /^(env|file|cmd):(.+)$/

export function findSecrets(document: Document, at: At): readonly SecretReference[] {
  const found: SecretReference[] = []
  visit(document, {
    Scalar(_, node, ancestors) {
      if (typeof node.value !== 'string' || !pattern.test(node.value)) return
      const path = pathTo(ancestors, node)
      if (path === null) return
      const only = onlyFor(path)
      found.push({
        reference: node.value,
        fault: at(path, `the secret ${node.value} is not there`, nextFor(node.value)),
        ...(only === null ? {} : { only }),
      })
    },
  })
  return found
}

function onlyFor([top, , part]: Path): 'rehearsal' | 'drill' | null {
  if (top === 'drill') return 'drill'
  return top === 'rehearsal' || (top === 'databases' && part === 'rehearsal') ? 'rehearsal' : null
}

/** Those that have to be there. `rehearses`: for a rehearsal, which wants its own beside. */
export function neededSecrets(references: readonly SecretReference[], rehearses: boolean): readonly SecretReference[] {
  return references.filter(({ only }) => only === undefined || (rehearses && only === 'rehearsal'))
}

/** The faults of those references that lead nowhere. A command is looked for and not run. */
export async function missingSecrets(
  references: readonly SecretReference[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly ManifestFault[]> {
  const faults = await Promise.all(
    references.map(async ({ reference, fault }) => ((await isThere(reference, env)) ? [] : [fault])),
  )
  return faults.flat()
}

async function isThere(reference: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const [, kind, rest = ''] = pattern.exec(reference) ?? []
  if (kind === 'env') return (env[rest] ?? '') !== ''
  if (kind === 'file')
    return stat(rest).then(
      stats => stats.isFile() && stats.size > 0,
      () => false,
    )
  const [program = ''] = rest.split(' ')
  const places = isAbsolute(program)
    ? [program]
    : (env['PATH'] ?? '').split(delimiter).map(directory => join(directory, program))
  const found = await Promise.all(
    places.map(place =>
      access(place, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

function nextFor(reference: string): string {
  const [, kind, rest = ''] = pattern.exec(reference) ?? []
  if (kind === 'env') return `Set ${rest} in the environment of this shell.`
  return kind === 'file'
    ? `Put it into ${rest}, readable by you alone.`
    : `Install ${rest.split(' ')[0] ?? ''}, or put it on the PATH.`
}

function pathTo(ancestors: readonly unknown[], node: unknown): Path | null {
  const path: (string | number)[] = []
  const chain = [...ancestors, node]
  for (const [index, ancestor] of chain.entries()) {
    if (isPair(ancestor)) {
      if (!isScalar(ancestor.key)) return null
      if (ancestor.key === node) return null
      path.push(String(ancestor.key.value))
    }
    const items = (ancestor as { items?: readonly unknown[]; flow?: boolean } | null)?.items
    const position = items?.indexOf(chain[index + 1]) ?? -1
    if (position >= 0 && !isPair(chain[index + 1])) path.push(position)
  }
  return path
}
