import type { Socket } from 'node:net'

const frameBytes = 256 * 1024

/** One JSON object per line. What is longer, or is none, ends the connection. */
export function readFrames<Frame>(socket: Socket, onFrame: (frame: Frame) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > frameBytes) return void socket.destroy()
    for (const part of parts) {
      const frame = parse<Frame>(part)
      if (frame === null) return void socket.destroy()
      onFrame(frame)
    }
  })
}

function parse<Frame>(text: string): Frame | null {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && 'kind' in value ? (value as Frame) : null
  } catch {
    return null
  }
}
