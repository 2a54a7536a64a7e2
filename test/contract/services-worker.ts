import { createInterface } from 'node:readline'
import type { RecordCommand, ServiceCommand } from '../../src/state/command.ts'
import { makePermit } from '../../src/runners/journal/permit.ts'
import { releasesAct } from '../../src/targets/services/releases/act.ts'
import type { ReleasesConfig } from '../../src/targets/services/releases/layout.ts'

/** An engine's hands in a process of their own: one command per line in, one outcome per line out. */
type Asked = { readonly command: RecordCommand | ServiceCommand; readonly run: string; readonly who: string }

const config = JSON.parse(process.argv[2] ?? '') as ReleasesConfig
const act = releasesAct({ ...config, resolve: async value => value, now: () => new Date() })

for await (const line of createInterface({ input: process.stdin })) {
  const { command, run, who } = JSON.parse(line) as Asked
  const permit = makePermit(command, { run, step: 'step-1', attempt: 1, epoch: 1, who })
  const context = { run, environment: config.environment, directory: `/runs/${run}` }
  const outcome = await act.apply(command, permit, context, () => {})
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
