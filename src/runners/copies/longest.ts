import { readLines, type Damage, type Hash } from '../../state/chain.ts'
import type { Line } from '../../state/event.ts'
import type { Piece } from '../../targets/services/copies.ts'
import { wholeOf } from './assemble.ts'

/** What one spot has of a run's journals. */
export type Copy = { readonly spot: string; readonly pieces: readonly Piece[] }

/** What is gone on from. */
export type Taken = {
  readonly lines: readonly Line[]
  /** Whose pieces it is made of. */
  readonly from: readonly string[]
  readonly copies: readonly Read[]
}

/** One holder's journal as one spot has it. `tornBytes`: of a line that was being copied. */
type Read = {
  readonly spot: string
  readonly holder: string
  readonly lines: readonly Line[]
  readonly wholeBytes: number
  readonly tornBytes: number
  readonly damage: Damage | null
}

/**
 * The longest whole chain: of the journals the one counts that moved most often, since whoever went on with the run has all
 * that came before. Where one spot's copy is torn or damaged, another's goes on from there. Null: there are no lines.
 */
export function longestChain(copies: readonly Copy[], hash: Hash): Taken | null {
  const read = copies.flatMap(({ spot, pieces }) =>
    [...Map.groupBy(pieces, ({ holder }) => holder)].map(([holder, own]): Read => {
      const bytes = wholeOf(own)
      return { spot, holder, ...readLines(bytes, hash) }
    }),
  )
  const [best] = read.toSorted((a, b) => moves(b) - moves(a) || b.wholeBytes - a.wholeBytes)
  if (best === undefined || best.lines.length === 0) return null
  const pieces = (spot: string): readonly Piece[] =>
    copies.flatMap(copy => (copy.spot === spot ? copy.pieces.filter(({ holder }) => holder === best.holder) : []))
  const spots = read.flatMap(({ spot, holder }) => (holder === best.holder ? [spot] : []))
  let chain: Uint8Array = wholeOf(pieces(best.spot)).subarray(0, best.wholeBytes)
  const from = [best.spot]
  const onward = () =>
    spots.map(spot => ({ spot, longer: goesOn(chain, pieces(spot), hash) })).find(one => one.longer !== null)
  for (let next = onward(); next?.longer != null; next = onward()) {
    chain = next.longer
    if (!from.includes(next.spot)) from.push(next.spot)
  }
  return { lines: readLines(chain, hash).lines, from, copies: read }
}

/** The chain with what these pieces have after its end; null: nothing that follows from it. */
function goesOn(chain: Uint8Array, pieces: readonly Piece[], hash: Hash): Uint8Array | null {
  const end = chain.length
  const after = pieces.flatMap(piece => {
    const skipped = Math.max(0, end - piece.at)
    return skipped < piece.bytes.length
      ? [{ ...piece, at: piece.at + skipped, bytes: piece.bytes.subarray(skipped) }]
      : []
  })
  if (after.every(({ at }) => at !== end)) return null
  const [first] = pieces
  const whole = wholeOf([{ at: 0, bytes: chain, holder: first?.holder ?? '' }, ...after])
  const { wholeBytes } = readLines(whole, hash)
  return wholeBytes > end ? whole.subarray(0, wholeBytes) : null
}

function moves({ lines }: Read): number {
  return lines.filter(({ event }) => event.kind === 'run.moved').length
}

/** `143 lines, the last of 03:12:40Z, from web-1; web-2 has 2 fewer; web-3: its copy ends in a torn line` */
export function takenInWords({ lines, from, copies }: Taken): string {
  const last = lines.at(-1)
  const others = copies.flatMap(({ spot, lines: own, tornBytes, damage }) => {
    const fewer = lines.length - own.length
    const notes = [
      ...(fewer > 0 ? [`has ${fewer} fewer`] : []),
      ...(damage === null ? [] : [`is damaged in line ${damage.line}`]),
      ...(damage === null && tornBytes > 0 ? ['ends in a torn line'] : []),
    ]
    return notes.length === 0 ? [] : [`the copy on ${spot} ${notes.join(' and ')}`]
  })
  const count = lines.length === 1 ? 'one line' : `${lines.length} lines`
  return [`${count}, the last of ${last?.ts.slice(11, 19) ?? ''}Z, from ${from.join(' and ')}`, ...others].join('; ')
}
