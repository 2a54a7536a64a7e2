import { createInterface } from 'node:readline'
import { makePermit } from '../../src/runners/journal/permit.ts'
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
  const permit = makePermit(command, { run, step: 'step-1', attempt: 1, epoch: 1, who })
  const context = { run, environment: manifest.environment.name, directory: `/runs/${run}`, holder: run }
  const outcome = await act.apply(command, permit, context, () => {})
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
