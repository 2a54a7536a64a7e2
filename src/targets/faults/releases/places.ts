import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Beside the record: the files of keepers, and what is moved aside. */
export function placeIn(root: string): string {
  return join(root, '.astern', 'drill')
}

/** Of the root itself: where it does not go away with it. */
export function placeBeside(root: string): string {
  return join(dirname(root), `.${basename(root)}.astern-drill`)
}

const asideEnding = '.aside'

/** What is moved aside, beside the file of its keeper. */
export function asideOf(place: string, run: string, inject: string): string {
  return join(place, `${run}.${inject}${asideEnding}`)
}

/** Every directory that files of a host's faults may lie in, a root that was moved aside with them. */
export async function placesAt(root: string): Promise<readonly string[]> {
  const beside = placeBeside(root)
  const names = await readdir(beside).catch(() => [])
  const moved = names.filter(name => name.endsWith(asideEnding)).map(name => placeIn(join(beside, name)))
  return [placeIn(root), beside, ...moved]
}
