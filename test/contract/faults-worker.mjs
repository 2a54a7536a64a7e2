import { createInterface } from 'node:readline'
import { permitOf } from '../permit.ts'
import { openFaultAct } from '../../src/targets/faults/act.ts'

// A director's hands in a process of their own: one `{command, run, who}` per line in, one outcome per line out.
const { manifest, means } = JSON.parse(process.argv[2])
const act = openFaultAct(manifest, {
  ...means,
  env: process.env,
  resolve: async value => value,
  now: () => new Date(),
})

for await (const line of createInterface({ input: process.stdin })) {
  const { command, run, who } = JSON.parse(line)
  const permit = permitOf(command, { run, who })
  const context = { run, environment: manifest.environment.name, directory: `/runs/${run}`, holder: run }
  const outcome = await act.apply(command, permit, context, () => {})
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
