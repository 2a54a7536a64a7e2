import { createInterface } from 'node:readline'
import { makePermit } from '../../src/runners/journal/permit.ts'
import { dockerAct } from '../../src/targets/services/docker/act/act.ts'
import { openFleet } from '../../src/targets/services/docker/layout.ts'

// An engine's hands in a process of their own: one `{command, run, who}` per line in, one outcome per line out.
// With ASTERN_TEST_END_BEFORE=N the process ends by SIGKILL before its Nth mutation.
const config = JSON.parse(process.argv[2])
const act = dockerAct(openFleet({ ...config, now: () => new Date() }))
const before = Number(process.env.ASTERN_TEST_END_BEFORE ?? 0)
let said = 0

for await (const line of createInterface({ input: process.stdin })) {
  const { command, run, who } = JSON.parse(line)
  const permit = makePermit(command, { run, step: 'step-1', attempt: 1, epoch: 1, who })
  const context = { run, environment: config.environment, directory: `/runs/${run}` }
  const outcome = await act.apply(command, permit, context, text => {
    if (text.startsWith('{')) return
    said += 1
    if (said === before) process.kill(process.pid, 'SIGKILL')
  })
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
