import { setTimeout as sleep } from 'node:timers/promises'
import { trafficCallMs, type TrafficCommand } from '../../state/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import type { Manifest, TrafficCall } from '../../state/manifest.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Permit } from '../permit.ts'
import { commandHealth } from '../probes/command.ts'
import { httpRequest } from '../probes/http.ts'
import type { ServiceLook } from '../services/port.ts'

/** Who leads requests to services is asked from this machine, whatever the services run on. */
export type TrafficAct = {
  readonly probe: (command: TrafficCommand) => Promise<Probed>
  readonly apply: (command: TrafficCommand, permit: Permit, evidence: Evidence) => Promise<Outcome>
}

export function trafficAct({ hosts }: Manifest, { observe }: Pick<ServiceLook, 'observe'>): TrafficAct {
  return {
    probe: async command => {
      if (command.kind === 'traffic.reload')
        return {
          verdict: 'not yet',
          observed: null,
          says: 'whether it was made cannot be seen; made again, it is as made once',
        }
      const { state } = await observe(command)
      const gone = state === 'stopped' || state === 'missing'
      return { verdict: gone ? 'holds' : 'not yet', observed: { state }, says: `it is ${state}` }
    },
    apply: async (command, permit, evidence) => {
      permit.spend(command)
      const address = hosts[command.host]?.address ?? ''
      for (const call of command.calls) {
        const lost = await permit.stillOurs()
        if (lost !== null) return { ok: false, fault: lost, observed: null }
        const fault = await make(filled(call, address), evidence)
        if (fault !== null) return { ok: false, fault: notMade(command, fault), observed: null }
      }
      if (command.kind === 'traffic.drain' && command.waitMs > 0) {
        evidence(`waits ${command.waitMs / 1000} s for what is under way`)
        await sleep(command.waitMs)
      }
      return { ok: true, observed: null, says: `${command.service} on ${command.host}: ${saidBy(command)}` }
    },
  }
}

/** Null: it was answered as it should be. */
async function make(call: TrafficCall, evidence: Evidence): Promise<string | null> {
  if (call.kind === 'command') {
    const { state, note } = await commandHealth(call.argv, trafficCallMs)
    evidence(note)
    return state === 'healthy' ? null : note
  }
  const { url, method, status } = call
  const answer = await httpRequest({ url, method, timeoutMs: trafficCallMs })
  const said = answer.ok ? `answers ${answer.value.status}` : answer.fault.what
  evidence(`${method}: ${said}`)
  return answer.ok && answer.value.status === status ? null : `${said}, not ${status}`
}

function filled(call: TrafficCall, address: string): TrafficCall {
  const fill = (text: string): string => text.replaceAll('{host}', address)
  return call.kind === 'http' ? { ...call, url: fill(call.url) } : { ...call, argv: call.argv.map(fill) }
}

function saidBy(command: TrafficCommand): string {
  if (command.kind === 'traffic.reload') return 'requests are led to it again'
  return command.waitMs > 0 ? `drained, and ${command.waitMs / 1000} s were waited for` : 'drained'
}

function notMade({ kind, service, host }: TrafficCommand, why: string): Fault {
  return kind === 'traffic.drain'
    ? {
        code: 'traffic.not-drained',
        what: `${service} on ${host} could not be drained: ${why}`,
        means: 'It was not stopped: requests are still led to it.',
        next: 'Drain it by hand and skip this step with a reason, or retry.',
      }
    : {
        code: 'traffic.not-led',
        what: `Nobody could be told to lead requests to ${service} on ${host} again: ${why}`,
        means: 'It runs and is healthy, and may get no requests.',
        next: 'Reload the proxy by hand and skip this step with a reason, or retry.',
      }
}
