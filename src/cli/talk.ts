import { sentence, type Fault } from '../state/fault.ts'
import type { Json } from '../state/json.ts'
import { wrapped } from './plain/voice.ts'

/** stderr is talk. */
export function talk(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** What a row of talk holds, where somebody sits in front of it. A terminal without a size says that it has no columns. */
function columns(): number {
  const { isTTY, columns: width } = process.stderr
  return isTTY && width > 0 ? width : Infinity
}

/** Sentences, broken between words where a row of the terminal ends; `rest` stands before each further row. */
export function talkProse(text: string, rest = ''): void {
  for (const row of wrapped(text, columns(), '', rest)) talk(row)
}

/** stdout is the answer. */
export function answer(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

export function answerJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value as Json)}\n`)
}

/** A fault on stderr: what happened, what it means, what to do next. */
export function tell(fault: Fault): void {
  talk(`astern: ${sentence(fault)}`)
}
