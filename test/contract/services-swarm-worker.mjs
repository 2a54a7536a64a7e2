import { createInterface } from 'node:readline'
import { permitOf } from '../permit.ts'
import { swarmAct } from '../../src/targets/services/swarm/act/act.ts'
import { openSwarms } from '../../src/targets/services/swarm/layout.ts'

// An engine's hands in a process of their own: one `{command, run, who}` per line in, one outcome per line out.
const config = JSON.parse(process.argv[2])
const act = swarmAct(openSwarms({ ...config, now: () => new Date() }))

for await (const line of createInterface({ input: process.stdin })) {
  const { command, run, who } = JSON.parse(line)
  const permit = permitOf(command, { run, who })
  const context = { run, environment: config.environment, directory: `/runs/${run}`, holder: run }
  const outcome = await act.apply(command, permit, context, () => {})
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
await act.close()
