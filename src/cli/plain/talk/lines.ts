import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadStream, WriteStream } from 'node:tty'
import { deafMs } from '../../../ui/dialogs/dialog.ts'

export type Lines = {
  /** Null: there will be no more. `fresh`: nothing that was typed before the prompt was printed counts. */
  readonly ask: (prompt: string, fresh: boolean) => Promise<string | null>
  /** The question that is open is asked no more. */
  readonly withdraw: () => void
  /** Above whatever is being typed. */
  readonly print: (text: string, to?: NodeJS.WritableStream) => void
  /** Lines typed while nothing is asked; null: they are kept for the next question. */
  readonly between: (hears: ((line: string) => void) | null) => void
  /** Gives the terminal to somebody else meanwhile. */
  readonly lend: <T>(to: () => Promise<T>) => Promise<T>
  readonly close: () => void
}

export type Terminal = {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly interrupted: () => void
  readonly typed: () => void
  readonly ended: () => void
}

/** Lines out of a terminal, each an answer to the question that was open when it was ended. */
export function openLines({ input, output, interrupted, typed, ended: end }: Terminal): Lines {
  const dumb = process.env['TERM'] === 'dumb'
  const reader = createInterface({ input, output, terminal: true, historySize: 0 })
  let waiting: ((line: string | null) => void) | null = null
  let hears: ((line: string) => void) | null = null
  let [deaf, ended] = [false, false]
  const ahead: string[] = []

  const settle = (line: string | null): void => {
    const settled = waiting
    waiting = null
    reader.setPrompt('')
    settled?.(line)
  }
  const forget = (): void => {
    Object.assign(reader, { line: '', cursor: 0 })
  }
  reader.on('line', line => {
    if (deaf) return
    typed()
    if (waiting !== null) settle(line)
    else if (hears !== null) hears(line)
    else ahead.push(line)
  })
  reader.on('SIGINT', () => {
    forget()
    output.write('\n')
    interrupted()
    if (waiting !== null) show()
  })
  reader.once('close', () => {
    ended = true
    settle(null)
    end()
  })
  // A terminal that is gone has no more lines, and is no bug.
  input.once('error', () => reader.close())

  const show = (): void => {
    reader.prompt(true)
    if (dumb) output.write(reader.line)
  }

  return {
    ask: async (prompt, fresh) => {
      if (fresh) {
        ahead.length = 0
        deaf = true
        await delay(deafMs)
        forget()
        deaf = false
      }
      if (ended) return null
      const known = ahead.shift()
      if (known !== undefined) {
        output.write(`${prompt}${known}\n`)
        return known
      }
      const { promise, resolve } = Promise.withResolvers<string | null>()
      waiting = resolve
      reader.setPrompt(prompt)
      show()
      return promise
    },
    withdraw: () => {
      if (waiting === null) return
      output.write('\n')
      settle('')
    },
    print: (text, to = output) => {
      const asked = waiting !== null || reader.line !== ''
      if (asked && dumb) output.write('\n')
      if (asked && !dumb) {
        moveCursor(output, 0, -reader.getCursorPos().rows)
        cursorTo(output, 0)
        clearScreenDown(output)
        Object.assign(reader, { prevRows: 0 })
      }
      to.write(`${text}\n`)
      if (asked) show()
    },
    between: handler => {
      hears = handler
      if (handler !== null) for (const line of ahead.splice(0)) handler(line)
    },
    lend: async to => {
      reader.pause()
      input.setRawMode(false)
      try {
        return await to()
      } finally {
        input.setRawMode(true)
        reader.resume()
      }
    },
    close: () => reader.close(),
  }
}
