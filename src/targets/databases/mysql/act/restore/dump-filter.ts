import { Transform } from 'node:stream'
import { eventsAsleep } from './events-asleep.ts'

/**
 * A dump as it may be loaded into another schema: of several databases only the one that is meant, without the lines that
 * lead into one (`USE`), make one, or set something of the whole server. Tables are not locked either: nobody else is in the other
 * schema, and a default that draws from a sequence would need it locked too. Rows pass as they are: mysqldump writes a line's end in
 * a value as `\n`, so no line of rows begins with any of this. Odd old dates stay what they are.
 */
export function onlyOf(schema: string): Transform {
  let rest: Buffer = Buffer.alloc(0)
  let state: State = { mine: true, body: false, until: null }
  const take = (line: Buffer): Buffer | null => {
    const judged = judge(line, schema, state)
    state = judged.state
    return judged.line
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const out: Buffer[] = []
      let from = 0
      for (let end = whole.indexOf(newline); end !== -1; end = whole.indexOf(newline, from)) {
        const line = take(whole.subarray(from, end + 1))
        if (line !== null) out.push(line)
        from = end + 1
      }
      rest = whole.subarray(from)
      done(null, Buffer.concat(out))
    },
    flush(done) {
      done(null, rest.length === 0 ? null : take(rest))
    },
  })
}

/** `until`: a statement that is left out goes on over lines, to one that ends so. `body`: of a trigger, routine or event, which may say anything. */
type State = { readonly mine: boolean; readonly body: boolean; readonly until: ';' | null }

const newline = 10
const longest = 4000

function judge(line: Buffer, schema: string, state: State): { readonly line: Buffer | null; readonly state: State } {
  if (state.until !== null) {
    const ends = line.subarray(-4).toString('latin1').trimEnd().endsWith(state.until)
    return { line: null, state: { ...state, until: ends ? null : state.until } }
  }
  if (!suspicious.has(line[0] ?? 0)) return { line: state.mine ? line : null, state }
  const text = line.subarray(0, longest).toString('latin1')
  const current = /^-- Current Database: `(.*)`\s*$/.exec(text)
  if (current !== null)
    return { line: null, state: { ...state, mine: current[1] === Buffer.from(schema).toString('latin1') } }
  const delimiter = /^DELIMITER (\S+)\s*$/.exec(text)
  if (delimiter !== null) return { line: state.mine ? line : null, state: { ...state, body: delimiter[1] !== ';' } }
  if (!state.body && forbidden.test(text))
    return { line: null, state: { ...state, until: /;\s*$/.test(text) ? null : ';' } }
  if (!state.mine) return { line: null, state }
  const changed = eventsAsleep(text.replace(modeOfRows, `$&,ALLOW_INVALID_DATES`))
  return changed === text || line.length > longest ? { line, state } : { line: Buffer.from(changed, 'latin1'), state }
}

/** First signs of the lines that are looked into. */
const suspicious: ReadonlySet<number> = new Set(Array.from('-/UCSDL', sign => sign.charCodeAt(0)))

const forbidden =
  /^(?:USE |(?:UN)?LOCK TABLES|CREATE DATABASE|DROP DATABASE|\/\*!40000 DROP DATABASE|CHANGE (?:MASTER|REPLICATION)|SET GLOBAL |SET @@GLOBAL\.|SET @@SESSION\.SQL_LOG_BIN)/

const modeOfRows = /^\/\*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO(?=' \*\/;)/
