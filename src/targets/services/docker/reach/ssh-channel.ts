import type { ChildProcessByStdio } from 'node:child_process'
import { Duplex, type Readable, type Writable } from 'node:stream'
import { SshFailed } from './ssh-failed.ts'

export type Child = ChildProcessByStdio<Writable, Readable, Readable>
type Handle = { readonly ref: () => void; readonly unref: () => void }

/**
 * A child's stdin and stdout as a connection that an HTTP agent can keep. It is there before the child is, because an
 * agent counts only connections that it was handed. Its end is told by how the child ended.
 */
export class SshChannel extends Duplex {
  readonly #opening: Promise<Child>
  readonly #destination: string
  #child: Child | null = null
  #said = ''

  constructor(opening: Promise<Child>, destination: string) {
    super()
    this.#opening = opening
    this.#destination = destination
  }

  override _construct(done: (error?: Error | null) => void): void {
    this.#opening.then(
      child => {
        this.#attach(child)
        done()
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    )
  }

  #attach(child: Child): void {
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause()
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#said = `${this.#said}${chunk}`.slice(-2000)
    })
    child.stdin.on('error', error => this.destroy(error))
    child.on('error', error => this.destroy(error))
    child.on('close', code => {
      if (code === 0) this.push(null)
      else this.destroy(new SshFailed(this.#destination, code, this.#said))
    })
  }

  override _read(): void {
    this.#child?.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child?.stdin.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child?.stdin.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child?.kill()
    done(error)
  }

  /** What the agent asks of a connection that it keeps or lets go; an idle one holds no process up. */
  ref(): this {
    for (const handle of this.#handles()) handle.ref()
    return this
  }

  unref(): this {
    for (const handle of this.#handles()) handle.unref()
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

  #handles(): readonly Handle[] {
    if (this.#child === null) return []
    const { stdin, stdout, stderr } = this.#child
    return [this.#child, ...([stdin, stdout, stderr] as unknown as readonly Handle[])]
  }
}
