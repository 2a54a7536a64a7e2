import type { Content, Spot } from '../panels/panel.ts'
import { textOf, type Row } from '../text/row.ts'

/** Where a person is in one text. It is theirs: what comes and goes above it does not move it. */
export type Place = {
  /** First row shown, while nothing to point at stands in sight; null: nobody chose. */
  readonly top: number | null
  /** What the rows shown are held by, as far as it is still there: ids, and how many rows below the first one they stand. */
  readonly anchors: readonly Anchor[]
  /** What is pointed at, by its id. */
  readonly cursor: string | null
  readonly filter: string
}

type Anchor = { readonly id: string; readonly line: number }

export const nowhere: Place = { top: null, anchors: [], cursor: null, filter: '' }

/** A text as it is shown: which rows, and which of them is pointed at. */
export type Shown = { readonly top: number; readonly max: number; readonly cursor: number | null }

export function shownAt(content: Content, place: Place, height: number): Shown {
  const max = Math.max(0, content.rows.length - height)
  const wanted = heldAt(content, place.anchors) ?? place.top ?? (content.focus ?? 0) - Math.floor(height / 2)
  return { top: within(wanted, max), max, cursor: place.cursor === null ? null : atOf(content, place.cursor) }
}

/**
 * A row further. What can be pointed at is pointed at as soon as it is in sight; text before it goes by row by row, so that
 * none of it is jumped over.
 */
export function stepped(content: Content, place: Place, height: number, by: 1 | -1): Place {
  const { top, max, cursor } = shownAt(content, place, height)
  const next = neighbour(content, by, cursor, top, height)
  if (next === null) return at(content, place, within(top + by, max), height)
  const end = next.at + (by === 1 ? next.rows - 1 : 0)
  const seen = by === 1 ? Math.max(top, Math.min(end - height + 1, next.at)) : Math.min(top, next.at)
  return at(content, { ...place, cursor: next.id }, within(seen, max), height)
}

/** To a row, by its number. It is held by what is pointed at, else by whatever is in sight. */
export function at(content: Content, place: Place, row: number, height: number): Place {
  const top = within(row, Math.max(0, content.rows.length - height))
  const seen = (content.spots ?? []).filter(spot => spot.at >= top && spot.at < top + height)
  const first = seen.filter(({ id }) => id === place.cursor)
  return { ...place, top, anchors: [...first, ...seen].map(spot => ({ id: spot.id, line: spot.at - top })) }
}

function heldAt(content: Content, anchors: readonly Anchor[]): number | null {
  for (const { id, line } of anchors) {
    const held = atOf(content, id)
    if (held !== null) return held - line
  }
  return null
}

/** Only what has the text in it: things to point at whole, other rows each by itself. */
export function filtered(content: Content, filter: string): Content {
  const wanted = filter.trim().toLowerCase()
  if (wanted === '') return content
  const rows: Row[] = []
  const spots: Spot[] = []
  for (const unit of unitsOf(content)) {
    const own = content.rows.slice(unit.at, unit.at + unit.rows)
    if (!own.some(row => textOf(row).toLowerCase().includes(wanted))) continue
    if (unit.id !== null) spots.push({ ...unit, id: unit.id, at: rows.length })
    rows.push(...own)
  }
  return { title: content.title, rows, spots }
}

type Unit = Omit<Spot, 'id'> & { readonly id: string | null }

function unitsOf({ rows, spots = [] }: Content): readonly Unit[] {
  const units: Unit[] = []
  let next = 0
  for (const spot of spots) {
    for (; next < spot.at; next += 1) units.push({ id: null, at: next, rows: 1 })
    units.push(spot)
    next = spot.at + spot.rows
  }
  for (; next < rows.length; next += 1) units.push({ id: null, at: next, rows: 1 })
  return units
}

/** What is pointed at, for who wants to inspect or copy it. */
export function pointedAt({ spots = [] }: Content, { cursor }: Place): Spot | null {
  return spots.find(({ id }) => id === cursor) ?? null
}

function neighbour(
  { spots = [] }: Content,
  by: 1 | -1,
  cursor: number | null,
  top: number,
  height: number,
): Spot | null {
  const seen = cursor !== null && cursor >= top && cursor < top + height
  const from = seen ? cursor : by === 1 ? top - 1 : top + height
  const next = by === 1 ? spots.find(spot => spot.at > from) : spots.findLast(spot => spot.at < from)
  return next !== undefined && next.at >= top - 1 && next.at <= top + height ? next : null
}

function atOf({ spots = [] }: Content, id: string): number | null {
  return spots.find(spot => spot.id === id)?.at ?? null
}

function within(row: number, max: number): number {
  return Math.max(0, Math.min(max, row))
}
