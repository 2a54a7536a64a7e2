import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Fault, Result } from '../../../state/fault.ts'
import { systemWords } from './faults.ts'
import type { Place } from './layout.ts'

type Text = { readonly name: string; readonly text: string }

/** The files of one directory of a release, sorted by name; all of them, or the fault of the first that cannot be read. */
export async function filesOf(place: Place, release: string, path: string): Promise<Result<readonly Text[]>> {
  const top = join(place.releases, release)
  const directory = join(top, path)
  if (/^\.\.(\/|$)/.test(relative(top, directory)))
    return { ok: false, fault: unread(place, release, path, 'it leads out of the release') }
  try {
    const names = await readdir(directory)
    const texts = await Promise.all(names.sort().map(name => readText(directory, name)))
    return { ok: true, value: texts.flat() }
  } catch (error) {
    return { ok: false, fault: unread(place, release, path, systemWords(error)) }
  }
}

async function readText(directory: string, name: string): Promise<readonly Text[]> {
  const path = join(directory, name)
  if (!(await stat(path)).isFile()) return []
  return [{ name, text: await readFile(path, 'utf8') }]
}

function unread(place: Place, release: string, path: string, why: string): Fault {
  return {
    code: 'release.no-files',
    what: `${path} of release ${release} of ${place.name} cannot be read: ${why}`,
    means: 'What should come out of it is not known.',
    next: `Look into ${place.releases}/${release}, or correct the path in astern.yaml.`,
  }
}
