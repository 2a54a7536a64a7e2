import type { BinlogEvent } from '../../../../state/binlog/event.ts'
import { eventsIn, isDescription } from './bytes.ts'
import { rowsSaid } from './rows.ts'
import { BinlogUnread } from './unread.ts'

/** One event, or all events of one statement's rows. */
export type Said = BinlogEvent & {
  /** Of rows: table maps and rows, as the log has them. Of anything else: none. */
  readonly events: readonly Buffer[]
  /** Of rows: as SQL, a line each, in the bytes of the log. */
  readonly sql: readonly string[]
}

export type Description = { readonly description: Buffer }

/**
 * What mysqlbinlog says of one file with `--verbose`, line by line. A statement's text is as whoever sent it wrote it, and could look
 * like anything; so each event has to begin where the one before it ended, or the whole is refused.
 */
export class BinlogText {
  readonly #file: string
  readonly #tracking: string | null
  #expected: number
  readonly #begins: number[] = []
  #head: Head | null = null
  #mode: 'plain' | 'query' | 'base64' = 'plain'
  #query: string[] = []
  #base64 = ''
  #schema = ''
  #statement: string[] = []
  #rows: { first: number; last: Head; events: readonly Buffer[]; sql: string[] } | null = null
  #first: number | null = null

  /** `from`: where reading begins. `tracking`: of this table values are told. */
  constructor(file: string, from: number, tracking: string | null) {
    this.#file = file
    this.#tracking = tracking
    this.#expected = from
  }

  /** Where the last event ended. */
  get end(): number {
    return this.#expected
  }

  take(line: string): readonly (Said | Description)[] {
    if (this.#mode === 'query') return this.#inQuery(line)
    if (this.#mode === 'base64') return this.#inBase64(line)
    if (line.startsWith('### ')) {
      this.#rows?.sql.push(line)
      return []
    }
    if (line.startsWith('# at ')) {
      this.#begins.push(Number(line.slice(5)))
      return this.#rowsDone()
    }
    if (line === "BINLOG '") {
      this.#mode = 'base64'
      this.#base64 = ''
      return []
    }
    if (line.startsWith('XA START') && this.#head !== null) return [this.#said(this.#head, { kind: 'begin', xa: true })]
    if (line.startsWith('#Q> ')) {
      this.#statement.push(line.slice(4))
      return []
    }
    return head.test(line) ? [...this.#rowsDone(), ...this.#begun(line)] : []
  }

  done(): readonly (Said | Description)[] {
    if (this.#mode !== 'plain') throw new BinlogUnread(`${this.#file} cannot be read on from ${this.#expected}`)
    return this.#rowsDone()
  }

  #begun(line: string): readonly Said[] {
    const one = headOf(line)
    const at = this.#begins.shift()
    if (at === undefined) throw new BinlogUnread(`${this.#file} cannot be read on from ${this.#expected}`)
    if (one.type.startsWith('Start: ')) {
      this.#expected = Math.max(this.#expected, one.end)
      return []
    }
    if (one.end === 0) return []
    if (at !== this.#expected || one.end <= at)
      throw new BinlogUnread(
        `${this.#file} is not whole: an event is said to begin at ${at} and not at ${this.#expected}`,
      )
    this.#expected = one.end
    this.#head = { ...one, at }
    return this.#judge(this.#head)
  }

  #judge(one: Head): readonly Said[] {
    const { type } = one
    if (/^Query\b/.test(type)) {
      this.#mode = 'query'
      this.#query = []
      return []
    }
    if (/^(?:Anonymous_)?GTID\b/.test(type)) {
      this.#statement = []
      this.#first = null
      return [this.#said(one, { kind: 'begin', xa: false })]
    }
    if (type.startsWith('Xid =')) return [this.#said(one, { kind: 'commit' })]
    if (/^Annotate_rows|^Rows_query/.test(type)) {
      this.#statement = []
      return []
    }
    if (type.startsWith('Incident'))
      return [this.#said(one, { kind: 'broken', why: 'says that events were lost here' })]
    if (type.startsWith('Table_map:')) this.#first ??= one.at
    return []
  }

  /** A statement's text ends with the delimiter on a line of its own; what is set before it ends with it on the same line. */
  #inQuery(line: string): readonly Said[] {
    if (line !== '/*!*/;') {
      this.#query.push(line)
      return []
    }
    this.#mode = 'plain'
    const from = this.#query.findIndex(one => !one.endsWith('/*!*/;'))
    const before = from < 0 ? this.#query : this.#query.slice(0, from)
    for (const one of before) {
      const [, schema] = /^use `(.*)`\/\*!\*\/;$/.exec(one) ?? []
      if (schema !== undefined) this.#schema = utf8(schema.replaceAll('``', '`'))
    }
    const text = from < 0 ? '' : utf8(this.#query.slice(from).join('\n'))
    if (this.#head === null || text === 'BEGIN') return []
    if (text.startsWith('XA START')) return [this.#said(this.#head, { kind: 'begin', xa: true })]
    return [this.#said(this.#head, { kind: 'query', schema: this.#schema, text })]
  }

  #inBase64(line: string): readonly Description[] {
    if (!line.startsWith("'")) {
      this.#base64 += line
      return []
    }
    this.#mode = 'plain'
    const events = eventsIn(this.#base64)
    const [first] = events
    if (first !== undefined && isDescription(first)) return [{ description: first }]
    if (this.#head !== null) this.#rows = { first: this.#first ?? this.#head.at, last: this.#head, events, sql: [] }
    this.#first = null
    return []
  }

  #rowsDone(): readonly Said[] {
    const rows = this.#rows
    if (rows === null) return []
    this.#rows = null
    const statement = this.#statement.length === 0 ? null : utf8(this.#statement.join('\n'))
    const said = rowsSaid(rows.events, rows.sql, this.#tracking)
    this.#statement = []
    const { first, last, events, sql } = rows
    return [{ ...this.#said({ ...last, at: first }, { kind: 'rows', rows: said, statement }), events, sql }]
  }

  #said({ at, end, time }: Head, what: Said['what']): Said {
    return { place: { file: this.#file, offset: at }, end, at: time, what, events: [], sql: [] }
  }
}

type Head = { readonly at: number; readonly end: number; readonly time: string; readonly type: string }

const head =
  /^#(\d\d)(\d\d)(\d\d) +(\d{1,2}):(\d\d):(\d\d) server id \d+ +end_log_pos (\d+)(?: CRC32 0x[\da-f]+)? *\t(.*)$/

function headOf(line: string): Omit<Head, 'at'> {
  const [, year, month, day, hour = '', minute, second, end, type = ''] = head.exec(line) ?? []
  const time = `20${year}-${month}-${day}T${hour.padStart(2, '0')}:${minute}:${second}Z`
  return { end: Number(end), time, type }
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
