import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'
import type { Result } from '../../../../state/fault.ts'
import { pieceName, pieceNamed, type JournalCopies, type Piece } from '../../copies.ts'
import type { Answer, Engine } from '../engine.ts'
import { engineOf, type Fleet } from '../layout.ts'
import { makeHolder, removeHolders } from './copy-holder.ts'

const path = '/journal'
/** Copies are small, and a host that is slow to take one gets it with the next. */
const callMs = 10_000
/** It is read whole, once, by a person who waits for it. */
const recallMs = 10 * 60_000

/** In a volume of its own for each run, reached through a container that is created and never started. */
export function dockerCopies(fleet: Pick<Fleet, 'environment' | 'engines'>): JournalCopies {
  const { environment } = fleet
  return {
    spots: host => [host],
    keep: async (host, run, piece) => {
      const engine = engineOf(fleet, host)
      const archive = await archiveOf(piece)
      const put = (): Promise<Answer<unknown>> =>
        engine.call(
          'copy the journal onto it',
          (docker, abortSignal) =>
            docker.getContainer(copyName(environment, run)).putArchive(archive, { path, abortSignal }),
          callMs,
        )
      const first = await put()
      if (first.status !== 404) return settled(first)
      const made = await makeHolder(engine, environment, copyName(environment, run), path)
      if (!made.ok) return made
      await removeHolders(engine, environment)
      return settled(await put())
    },
    recall: async (host, run) => {
      const engine = engineOf(fleet, host)
      const name = copyName(environment, run)
      const first = await piecesIn(engine, name)
      if (first.status !== 404) return first
      // A prune takes the container and leaves the volume.
      const volume = await engine.call('look for a copy of the journal', docker => docker.getVolume(name).inspect())
      if (volume.status === 404) return { ok: true, value: [] }
      if (!volume.ok) return volume
      const made = await makeHolder(engine, environment, name, path)
      return made.ok ? piecesIn(engine, name) : made
    },
  }
}

export function copyName(environment: string, run: string): string {
  return `astern_${environment}_run_${run}`
}

async function archiveOf(piece: Piece): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: pieceName(piece), mode: 0o600 }, Buffer.from(piece.bytes))
  archive.finalize()
  return buffer(archive)
}

function piecesIn(engine: Engine, name: string): Promise<Answer<readonly Piece[]>> {
  return engine.call(
    'read its copy of the journal',
    async (docker, abortSignal) => {
      const archive = Readable.from(await docker.getContainer(name).getArchive({ path, abortSignal }))
      const entries = extract()
      archive.on('error', error => entries.destroy(error))
      archive.pipe(entries)
      const pieces: Piece[] = []
      for await (const entry of entries) {
        const piece = pieceNamed(entry.header.name.split('/').at(-1) ?? '')
        if (piece === null || entry.header.type !== 'file') entry.resume()
        else pieces.push({ ...piece, bytes: await buffer(entry) })
      }
      return pieces
    },
    recallMs,
  )
}

function settled(answer: Answer<unknown>): Result<null> {
  return answer.ok ? { ok: true, value: null } : answer
}
