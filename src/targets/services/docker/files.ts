import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import type { Fault, Result } from '../../../state/fault.ts'
import { standingOf } from './find.ts'
import { namesOf } from './images.ts'
import { imageOf } from './observe.ts'
import type { Place } from './layout.ts'

type Text = { readonly name: string; readonly text: string }

const largest = 16 * 1024 * 1024

/** The text files of one directory inside the release's container, sorted by name. Nothing is started to read them. */
export async function filesOf(place: Place, release: string, path: string): Promise<Result<readonly Text[]>> {
  const [standing, names] = await Promise.all([standingOf(place), namesOf(place)])
  if (!standing.ok) return standing
  const { current, displaced } = standing.value
  for (const container of [...(current === null ? [] : [current]), ...displaced]) {
    if (names(await imageOf(place, container)) === release) return readDirectory(place, container.Id, release, path)
  }
  return { ok: false, fault: unread(place, release, path, `no container of ${release} is there to read it from`) }
}

type At = Pick<Place, 'name' | 'host' | 'engine'>

export async function readDirectory(
  place: At,
  id: string,
  release: string,
  path: string,
): Promise<Result<readonly Text[]>> {
  const answer = await place.engine.call(`read ${path} in a container`, async (docker, abortSignal) => {
    const stream = await docker.getContainer(id).getArchive({ path, abortSignal })
    return await textsIn(Readable.from(stream))
  })
  if (answer.ok) return answer
  const why = answer.status === 404 ? 'it is not there' : answer.fault.what
  return { ok: false, fault: unread(place, release, path, why) }
}

/** Only what lies in the directory itself: `migrations/1.sql`, and not `migrations/old/1.sql`. */
async function textsIn(archive: Readable): Promise<readonly Text[]> {
  const entries = extract()
  const found: Text[] = []
  archive.pipe(entries)
  archive.on('error', error => entries.destroy(error))
  for await (const entry of entries) {
    const parts = entry.header.name.split('/').filter(part => part !== '')
    const wanted = entry.header.type === 'file' && parts.length === 2 && (entry.header.size ?? 0) <= largest
    if (wanted) found.push({ name: parts[1] ?? '', text: (await buffer(entry)).toString('utf8') })
    else entry.resume()
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function unread(place: At, release: string, path: string, why: string): Fault {
  return {
    code: 'release.no-files',
    what: `${path} of release ${release} of ${place.name} cannot be read on ${place.host}: ${why}`,
    means: 'What should come out of it is not known.',
    next: 'Correct the path in astern.yaml, or deploy that release once more.',
  }
}
