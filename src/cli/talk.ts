import { sentence, type Fault } from '../state/fault.ts'
import type { Json } from '../state/json.ts'

/** stderr is talk. */
export function talk(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** What a row of talk holds, where somebody sits in front of it. */
export function columns(): number {
  return process.stderr.isTTY ? process.stderr.columns : Infinity
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
