import { inside } from './targets/faults/docker/aim.ts'
import { keep, wordsOf } from './targets/faults/docker/keeper/keep.ts'

// Runs inside a container, with nothing beside it but Node. It ends with 0 when it was told to and has taken its fault back;
// otherwise the Engine starts it again.
const ended = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ended.abort())
keep(process.env[inside.nameVariable] ?? '', ended.signal).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${wordsOf(error)}\n`)
    process.exit(1)
  },
)
