import { createInterface } from 'node:readline'
import { permitOf } from '../permit.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'

// An engine's hands in a process of their own: one `{command, run, who}` per line in, one outcome per line out.
// With ASTERN_TEST_END="before N" the process ends by SIGKILL before its Nth mutation; with "after N" once the Engine
// has answered that one, and before anything else.
const config = JSON.parse(process.argv[2])
const fleet = openFleet({ ...config, now: () => new Date() })
const act = dockerAct(fleet)
const [when, nth] = (process.env.ASTERN_TEST_END ?? '').split(' ')
let said = 0
let due = false

const end = () => process.kill(process.pid, 'SIGKILL')
for (const engine of Object.values(fleet.engines)) {
  const { call } = engine
  engine.call = async (...asked) => {
    const mutation = due
    due = false
    const answer = await call(...asked)
    if (mutation) end()
    return answer
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, run, who } = JSON.parse(line)
  const permit = permitOf(command, { run, who })
  const context = { run, environment: config.environment, directory: `/runs/${run}`, holder: run }
  const outcome = await act.apply(command, permit, context, text => {
    if (text.startsWith('{')) return
    said += 1
    if (said !== Number(nth)) return
    if (when === 'before') end()
    else due = true
  })
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
await act.close()
