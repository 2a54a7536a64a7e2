import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { oneLine } from '../../../../state/text.ts'
import type { Trouble } from './trouble.ts'

/** What the end of a program means, with its last words. */
export type Ended = (code: number | string, words: string) => Promise<Trouble>

/** How long the last words of a program that has ended are waited for. */
const lastWordsMs = 250

/**
 * A child's input and output as one connection, as http's Agent takes it. It is there at once, and connects by itself: an
 * Agent counts connections it has, not those it waits for.
 */
export class Channel extends Duplex {
  readonly #dial: () => Promise<ChildProcess>
  readonly #ended: Ended
  #child: ChildProcess | null = null
  #held = true

  constructor(dial: () => Promise<ChildProcess>, ended: Ended) {
    super({ allowHalfOpen: false })
    this.#dial = dial
    this.#ended = ended
  }

  override _construct(done: (error?: Error | null) => void): void {
    this.#dial().then(
      child => {
        this.#take(child)
        done()
      },
      (error: Error) => done(error),
    )
  }

  #take(child: ChildProcess): void {
    this.#child = child
    const words = wordsOf(child)
    child.stdin?.on('error', () => {})
    child.stdout?.on('data', chunk => void (this.push(chunk) || child.stdout?.pause()))
    child.stdout?.pause()
    child.once('error', () => void this.#ended('ENOENT', '').then(trouble => this.destroy(trouble)))
    child.once('close', code => this.#over(code ?? 255, words))
    this.#hold()
  }

  /** A command that ends well closed its side, as a socket does. */
  #over(code: number, words: () => Promise<string>): void {
    if (this.destroyed) return
    if (code === 0) {
      this.push(null)
      // Nobody reads an idle one; without this its end would go unseen, and the next request would be lost in it.
      this.read(0)
      return
    }
    void words()
      .then(said => this.#ended(code, said))
      .then(trouble => this.destroy(trouble))
  }

  override _read(): void {
    this.#child?.stdout?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // What cannot be written any more is told by how the child ends.
    this.#child?.stdin?.write(chunk, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    // Whether it was read to the end is nobody's question; a child that is gone would never answer it.
    this.#child?.stdin?.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child?.kill('SIGKILL')
    this.#child?.unref()
    done(error)
  }

  /** What an Agent asks of a socket. An idle one does not keep this process alive. */
  ref(): this {
    this.#held = true
    this.#hold()
    return this
  }
  unref(): this {
    this.#held = false
    this.#hold()
    return this
  }
  setKeepAlive(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setTimeout(): this {
    return this
  }

  #hold(): void {
    if (this.#child === null) return
    const { stdin, stdout, stderr } = this.#child
    const parts = [this.#child, ...[stdin, stdout, stderr].filter(part => part instanceof Socket)]
    for (const part of parts) {
      if (this.#held) part.ref()
      else part.unref()
    }
  }
}

/** What a child says on stderr: the end of it, on one line, waited for only a moment. */
export function wordsOf(child: ChildProcess): () => Promise<string> {
  let said = ''
  const { stderr } = child
  if (stderr === null) return async () => ''
  stderr.on('data', chunk => (said = `${said}${String(chunk)}`.slice(-4096)))
  if (stderr instanceof Socket) stderr.unref()
  const closed = stderr.closed ? Promise.resolve() : once(stderr, 'close')
  return async () => {
    await Promise.race([closed, new Promise(resolve => void setTimeout(resolve, lastWordsMs))])
    // ssh frames its warnings with these.
    return oneLine(said.replaceAll(/@{3,}/g, ''), 400)
  }
}
